# ruff: noqa: E501  (one mistake a line: a table reads better than it wraps)
"""Edits of the clinic example that each make one mistake, with what the error has to say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CLINIC = Path(__file__).parents[3] / "examples" / "clinic" / "zones.yaml"


@dataclass(frozen=True)
class Mistake:
    """One mistake: `says` are parts of the message and its hint, `at` is the text on the line that the error points to."""

    name: str
    edit: Callable[[str], str | bytes]
    rule: str
    clause: str
    says: tuple[str, ...]
    at: str | None = None


def swap(old: str, new: str) -> Callable[[str], str]:
    """Replace the first occurrence, which has to be there."""

    def edit(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return edit


def only(text: str | bytes) -> Callable[[str], str | bytes]:
    """A file with nothing but this."""
    return lambda _: text


def _explosion() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for i in range(8):
        lines.append(f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 10)}]")
    return "\n".join(lines)


def _section(name: str, replacement: str) -> Callable[[str], str]:
    return lambda text: re.sub(rf"^{name}:\n(?:(?:  .*|)\n)+", f"{name}: {replacement}\n\n", text, count=1, flags=re.M)


LEAK = "  leak: {from: fhir-store, to: anthropic, carries: phi, reason: Straight out of the records}\n"
DECLASSIFIES = """    declassifies:
      to: deidentified
      reason: Safe Harbor method, 45 CFR 164.514(b)(2), validated each quarter
"""

# fmt: off
MISTAKES = [
    Mistake("unknown key", swap("carries: phi\n", "carris: phi\n"), "unknown-key", "flows.hospital-to-intake.carris", ("not a known key", "did you mean 'carries'"), "carris: phi"),
    Mistake("wrong type", swap("port: 8443", 'port: "8443"'), "type", "workloads.intake.serves.https.port", ("must be a whole number, not text", "without quotes: 8443"), '"8443"'),
    Mistake("number out of range", swap("port: 8443", "port: 84430"), "value", "workloads.intake.serves.https.port", ("65535",), "84430"),
    Mistake("duplicate zone", swap("  research:\n    kind", "  agents:\n    kind"), "duplicate", "zones.agents", ("defined twice", "first on line 46"), "  agents:"),
    Mistake("undefined reference", swap("to: orchestrator", "to: orchestrater"), "undefined", "flows.intake-to-orchestrator.to", ("orchestrater", "did you mean 'orchestrator'"), "to: orchestrater"),
    Mistake("undefined zone", swap("zone: front", "zone: frunt"), "undefined", "workloads.intake.zone", ("did you mean 'front'",), "zone: frunt"),
    Mistake("undefined data class", swap("carries: deidentified", "carries: deidentfied"), "undefined", "flows.deidentifier-cohorts.carries", ("did you mean 'deidentified'",)),
    Mistake("egress key on a data zone", swap("    description: Patient records and", "    egress: true\n    description: Patient records and"), "data-zone-egress", "zones.records.egress", ("no zone can ask for egress",), "egress: true"),
    Mistake("flow out of a data zone", lambda text: text.replace("flows:\n", "flows:\n" + LEAK, 1), "data-zone-egress", "flows.leak", ("leads out of data zone 'records'", "has no egress"), "  leak:"),
    Mistake("wildcard tool", swap("        find_slots:", '        "*":'), "wildcard-tool", "agents.scheduling-agent.tools.ehr-tools.*", ("wildcard", "name each tool"), '"*":'),
    Mistake("tool pattern", swap("        find_slots:", '        "find_*":'), "wildcard-tool", "agents.scheduling-agent.tools.ehr-tools.find_*", ("wildcard",)),
    Mistake("wildcard resource", swap("[clinic-intake-documents]", '["*"]'), "wildcard", "services.documents.resources.0", ("name each one",)),
    Mistake("wildcard domain", swap("[api.openai.com]", '["*.openai.com"]'), "value", "providers.openai.domains.0", ("wildcards are not accepted",)),
    Mistake("certificate over 90 days", swap("lifetime: 24h", "lifetime: 91d"), "certificate-lifetime", "certificates.lifetime", ("at most 90 days", "90d"), "lifetime: 91d"),
    Mistake("certificate by hand", swap("renew_before: 8h", "renew_before: 8h\n  automated: false"), "certificate-lifetime", "certificates.automated", ("use true",)),
    Mistake("renewal after the end", swap("renew_before: 8h", "renew_before: 24h"), "certificate-lifetime", "certificates", ("renew_before",)),
    Mistake("expired BAA", swap("expires: 2028-12-31", "expires: 2026-06-30"), "baa-expired", "providers.anthropic.baa.expires", ("BAA-2026-003 expired on 2026-06-30", "renewed"), "2026-06-30"),
    Mistake("short retention", swap("retention: 7y", "retention: 1y"), "audit-retention", "audit.retention", ("six years", "164.316"), "retention: 1y"),
    Mistake("overlapping ranges", swap("[10.128.0.0/14", "[10.20.0.0/15"), "overlap", "networks.hospital.cidrs.0", ("overlaps clouds.aws.cidr",)),
    Mistake("overlapping zones", swap("    holds: phi\n    description: Patient", "    holds: phi\n    placement: {aws: {cidr: 10.20.176.0/22}}\n    description: Patient"), "overlap", "zones.research", ("overlaps that of 'records'", "placement")),
    Mistake("range too small", swap("cidr: 10.20.0.0/16", "cidr: 10.20.0.0/24"), "address-range", "clouds.aws.cidr", ("too small", "16 to 20"), "10.20.0.0/24"),
    Mistake("zone too small", swap("    kind: egress\n", "    kind: egress\n    placement: {aws: {cidr: 10.20.0.0/27}}\n"), "overlap", "zones.egress", ("too small",)),
    Mistake("egress zone too small", swap("    kind: egress\n", "    kind: egress\n    placement: {aws: {cidr: 10.20.0.0/25}}\n"), "address-range", "zones.egress", ("/24 or larger",)),
    Mistake("public range", lambda text: text.replace("10.20.0.0/16", "52.20.0.0/16"), "address-range", "clouds.aws.cidr", ("not a private range",)),
    Mistake("empty file", only(""), "yaml", "(whole specification)", ("is empty", "version: 1")),
    Mistake("only a comment", only("# nothing here\n"), "yaml", "(whole specification)", ("is empty",)),
    Mistake("a list where the whole is a map", only("- a\n"), "type", "(whole specification)", ("must be a map",)),
    Mistake("a list where a map belongs", _section("zones", "[records, front]"), "type", "zones", ("must be a map, not a list", "`key: value` lines"), "zones: ["),
    Mistake("empty value", swap("kind: data", "kind:"), "type", "zones.records.kind", ("is empty",)),
    Mistake("aliases that explode", only(_explosion()), "yaml-aliases", "f.0.6.8.8.8.8", ("expands to more than",)),
    Mistake("alias to itself", only("a: &a [*a]\n"), "yaml-aliases", "a.0", ("contains itself",)),
    Mistake("too deep", only("a: " + "[" * 5000 + "]" * 5000), "yaml", "a.0.0", ("nested deeper",)),
    Mistake("merge key", only("a: &a {b: 1}\nc:\n  <<: *a\n"), "yaml", "c", ("merge key",)),
    Mistake("language tag", only("a: !!python/object:os.system x\n"), "yaml", "a", ("carries the tag",)),
    Mistake("not UTF-8", only(b"version: 1\nname: caf\xe9\n"), "file", "(whole specification)", ("is not UTF-8",)),
    Mistake("too large", only("#" * (10 << 20)), "file", "(whole specification)", ("is too large",)),
    Mistake("tab", swap("flows:\n", "flows:\n\tx: 1\n"), "yaml", "(whole specification)", ("not valid YAML",)),
    Mistake("two documents", swap("zones:\n", "---\nzones:\n"), "yaml", "(whole specification)", ("not valid YAML",)),
    Mistake("PHI to a provider without a BAA", lambda text: text.replace("holds: deidentified", "holds: phi").replace("to: openai\n    carries: deidentified", "to: openai\n    carries: phi"), "phi-without-baa", "flows.research-to-openai", ("phi can reach provider 'openai', which has no BAA",), "research-to-openai:"),
    Mistake("PHI over several hops", swap(DECLASSIFIES, ""), "phi-without-baa", "flows.research-to-openai", ("fhir-store → deidentifier → research-agent → openai", "declassifies")),
    Mistake("understated flow", swap("to: retrieval\n    carries: phi", "to: retrieval\n    carries: internal"), "class-understated", "flows.orchestrator-to-retrieval.carries", ("carries internal, but 'orchestrator' has phi", "carries: phi"), "carries: internal"),
    Mistake("class above the zone's", swap("to: openai\n    carries: deidentified", "to: openai\n    carries: phi"), "zone-class", "flows.research-to-openai.from", ("holds deidentified at most",)),
    Mistake("PHI allowed where no BAA is", swap("phi: {default: block", "phi: {default: allow"), "phi-without-baa", "inspection.decisions.phi.default", ("'openai'", "redact")),
    Mistake("managed model without inspection", swap("to: documents\n    access: read-write\n", "to: cloud-models\n"), "uninspected-model", "flows.intake-documents.to", ("through the egress proxy only",)),
    Mistake("network into a processing zone", swap("to: intake\n", "to: orchestrator\n"), "network-access", "flows.hospital-to-intake.to", ("access zones only",)),
    Mistake("network without a way in", swap("    transit_gateway: tgw-0123456789abcdef0\n", ""), "network-access", "clouds.aws.transit_gateway", ("is needed by flow 'hospital-to-intake'",)),
    Mistake("unknown port", swap("to: orchestrator\n    carries", "to: orchestrator\n    ports: [https]\n    carries"), "ports", "flows.intake-to-orchestrator.ports.0", ("serves no port 'https'", "it serves: grpc")),
    Mistake("ports on a service", swap("to: documents\n", "to: documents\n    ports: [https]\n"), "ports", "flows.intake-documents.ports", ("leave `ports` out",)),
    Mistake("unknown model", swap("models: [claude-haiku-4-5]\n    carries", "models: [gpt-4]\n    carries"), "models", "flows.scheduling-to-model.models.0", ("has no model 'gpt-4'",)),
    Mistake("unused zone", swap("zones:\n", "zones:\n  spare: {kind: processing, holds: public}\n"), "unused-zone", "zones.spare", ("no workload is in this zone",), "  spare:"),
    Mistake("two egress zones", swap("    kind: access", "    kind: egress"), "one-egress-zone", "zones", ("there are 2",)),
    Mistake("workload in the egress zone", swap("zone: clinical", "zone: egress"), "egress-zone", "workloads.orchestrator.zone", ("only the egress proxy",)),
    Mistake("expired flow", swap("from: hospital\n", "from: hospital\n    expires: 2026-01-01\n"), "flow-expired", "flows.hospital-to-intake.expires", ("ended on 2026-01-01",)),
    Mistake("flow said twice", swap("flows:\n", "flows:\n  again: {from: hospital, to: intake, carries: phi, reason: The same thing again}\n"), "duplicate", "flows.hospital-to-intake", ("says the same as flow 'again'",)),
    Mistake("tool server without a flow", swap("  research-to-tools:\n    from: research-agent\n    to: cohort-tools\n    carries: deidentified\n    reason: Cohorts are counted by the tools\n", ""), "tools", "agents.research-agent.tools.cohort-tools", ("no flow of this agent reaches", "add a flow")),
    Mistake("reserved name", lambda text: text.replace("model-gateway", "egress-proxy"), "reserved", "workloads.egress-proxy", ("choose another name",)),
    Mistake("one name for two things", lambda text: text.replace("  documents:\n    kind", "  intake:\n    kind", 1), "duplicate", "services.intake", ("also the name of one of the workloads",)),
    Mistake("bucket name", swap("[clinic-intake-documents]", "[Clinic_Documents]"), "cloud-name", "services.documents.resources.0", ("no bucket called 'Clinic_Documents'", "lower-case")),
    Mistake("zone name", swap("  front:\n    kind", "  Front_1:\n    kind"), "value", "zones.Front_1", ("lower-case letters",)),
    Mistake("zone of another region", swap("us-east-1b]", "eu-west-1b]"), "region", "clouds.aws.availability_zones.1", ("not in region us-east-1",)),
    Mistake("short reason", swap("reason: Questions are embedded by a managed model", "reason: ok"), "value", "flows.retrieval-embeddings.reason", ("8 characters",)),
    Mistake("pattern that matches all", swap('"[A-Z]{3}-[0-9]{6}"', '".*"'), "value", "agents.scheduling-agent.tools.ehr-tools.book_slot.arguments.slot_id", ("matches everything",)),
]
# fmt: on
