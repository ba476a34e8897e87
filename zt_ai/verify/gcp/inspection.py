"""Claim 4: every model call passes the inspector, and the inspector enforces what the specification says.

What is proved from the plan: whatever carries the egress proxy's service account is an instance of the egress proxy
alone, on Container-Optimized OS, from the project's own image, with its policy; that policy differs in nothing from the
intent's; nobody else may open a shell in it. That the proxy does what its policy says is tested with its code, not
proved here (`docs/claims.md`).

Sources: Compute Engine, "About VM metadata" and "Startup scripts" (`startup-script` runs as root), "Set up OS Login"
(keys in metadata count where OS Login is off), "Interacting with the serial console"; Artifact Registry, "Repository
and image names"; Docker, "docker run" (arguments after the image override its command).
"""

from __future__ import annotations

from collections.abc import Mapping

from zt_ai.graph import Resource
from zt_ai.graph.model import Ref
from zt_ai.intent.model import EGRESS_PROXY, Intent
from zt_ai.verify.gcp.collect import Collector
from zt_ai.verify.gcp.context import word
from zt_ai.verify.gcp.proxy_host import Container, UnreadableError, read_host
from zt_ai.verify.gcp.world import Machine, World
from zt_ai.verify.inspection import UnreadableError as UnreadablePolicyError
from zt_ai.verify.inspection import differences
from zt_ai.verify.model import Claim, count
from zt_ai.verify.reading import maps, member, plain

TITLE = "Every model call passes the inspector, which enforces what the specification says"
GROUPS = (
    "compute/regionInstanceGroupManager:RegionInstanceGroupManager",
    "compute/instanceGroupManager:InstanceGroupManager",
)
_POLICY = "ZT_AI_PROXY_POLICY"
_AUTHORITY = "ZT_AI_PROXY_AUTHORITY"
_HARMLESS = frozenset({"TMPDIR", "OTEL_EXPORTER_OTLP_ENDPOINT", "ZT_AI_PROXY_NAMES", "ZT_AI_PROXY_WORKERS"})
# Metadata that is harmless with every value, and with one value only.
_ANY = frozenset({"user-data", "google-logging-enabled", "google-monitoring-enabled", "cos-metrics-enabled"})
_ONE: Mapping[str, str] = {
    "block-project-ssh-keys": "true",
    "enable-oslogin": "true",
    "serial-port-enable": "false",
    "cos-update-strategy": "update_disabled",
}
_RUNS = ("startup-script", "startup-script-url", "gce-container-declaration", "ssh-keys", "sshKeys", "shutdown-script")


def inspection_claim(world: World, intent: Intent) -> Claim:
    """Prove claim 4 from planned resources. Raises nothing: what cannot be read is a reason."""
    found = Collector()
    used = _in_groups(world, found)
    machines = [m for m in world.machines if world.accounts.get(m.account or "") == EGRESS_PROXY]
    templates = [m for m in machines if m.kind == "template"]
    for machine in machines:
        if machine.kind != "template":
            _wrong(
                found, machine.urn, f"{machine.name} has the egress proxy's service account and is not one of its group"
            )
        else:
            _template(world, machine, intent, found)
    running = [m for m in templates if m.key in used]
    if intent.model_calls and not running:
        text = "no group runs the egress proxy: model calls have no way that is inspected"
        _wrong(found, next(iter(world.networks), "the plan"), text)
    covered = (
        f"{count(len(intent.model_calls), 'flow')} to providers, {count(len(machines), 'machine')} with the proxy's "
        f"account, {count(len(running), 'template')} in use"
    )
    return found.claim("inspection", 4, TITLE, covered)


def _in_groups(world: World, found: Collector) -> set[str]:
    """Templates that a group makes instances of."""
    used = set()
    for group in world.context.of(*GROUPS):
        for version in maps(group.inputs.get("versions")):
            named = plain(version.get("instanceTemplate"))
            key = named.urn if isinstance(named, Ref) else world.context.key(named)
            if key is None:
                found.doubt(f"{group.urn}: what it makes instances of is known only after the deployment")
            else:
                used.add(key)
    return used


def _template(world: World, machine: Machine, intent: Intent, found: Collector) -> None:
    resource = world.graph.get(machine.urn)
    if resource is None:
        return
    for disk in maps(resource.inputs.get("disks")):
        image = word(disk.get("sourceImage"))
        if image is None or not image.startswith("projects/cos-cloud/global/images/"):
            _wrong(found, machine.urn, f"{machine.name} boots from {image or 'an image that is not known'}, "
                   "which is not Container-Optimized OS")  # fmt: skip
    metadata = member(resource.inputs, "metadata")
    if not isinstance(metadata, Mapping):
        found.doubt(f"{machine.urn}: what it runs is known only after the deployment")
        return
    for key in metadata:
        value = (word(metadata.get(key)) or "").lower()
        if key in _RUNS:
            _wrong(found, machine.urn, f"{machine.name} has `{key}` in its metadata: something runs beside the proxy")
        elif key in _ONE and value != _ONE[key]:
            _wrong(found, machine.urn, f"{machine.name} says {key}={value}: somebody may open a shell in the proxy")
        elif key not in _ANY and key not in _ONE:
            found.doubt(f"{machine.urn}: the metadata key {key} is not understood")
    if (word(metadata.get("enable-oslogin")) or "").lower() != "true":
        _wrong(found, machine.urn, f"{machine.name} takes keys from metadata (OS Login is off): a shell can be opened")
    if member(resource.inputs, "metadataStartupScript") is not None:
        _wrong(found, machine.urn, f"{machine.name} has a startup script: something runs beside the proxy")
    user_data = word(metadata.get("user-data"))
    if user_data is None:
        _wrong(found, machine.urn, f"{machine.name} is told nothing about what to run")
        return
    try:
        container = read_host(user_data)
    except UnreadableError as error:
        found.doubt(f"{machine.urn}: {error}")
        return
    _container(world, resource, container, intent, found)


def _container(world: World, machine: Resource, container: Container, intent: Intent, found: Collector) -> None:
    for doubt in container.doubts:
        found.doubt(f"{machine.urn}: {doubt}")
    expected = _repository(world, intent)
    image = container.image.partition("@")[0]
    repository = image[: image.rfind(":")] if ":" in image.rpartition("/")[2] else image
    if expected is not None and repository != expected:
        text = f"{machine.name} runs the image {container.image}, which is not the egress proxy's ({expected})"
        _wrong(found, machine.urn, text)
    if container.arguments:
        words = " ".join(container.arguments)
        _wrong(found, machine.urn, f"{machine.name} starts the egress proxy's image with its own command ({words})")
    for flag in ("entrypoint", "privileged", "cap-add", "device"):
        if any(one == f"--{flag}" or one.startswith(f"--{flag}=") for one in container.flags):
            _wrong(found, machine.urn, f"{machine.name} starts the egress proxy with --{flag}")
    for name in sorted(set(container.environment) - _HARMLESS - {_POLICY, _AUTHORITY}):
        found.doubt(f"{machine.urn}: the variable {name} of the egress proxy is not understood")
    policy = container.environment.get(_POLICY)
    if policy is None:
        _wrong(found, machine.urn, f"{machine.name} gives the egress proxy no policy that can be read before it runs")
        return
    try:
        for one in differences(policy, intent):
            found.refute(one.text, one.source, one.destination, through=(machine.urn,), clause=one.clause)
    except UnreadablePolicyError as error:
        found.doubt(f"{machine.urn}: {error}")


def _repository(world: World, intent: Intent) -> str | None:
    """Address of the proxy's image without its tag, None where the intent names no image."""
    images = intent.services.get("egress-images")
    if images is None:
        return None
    settings = world.settings
    return f"{settings.region}-docker.pkg.dev/{settings.project}/{images.resources[0]}"


def _wrong(found: Collector, urn: str, text: str) -> None:
    found.refute(text, EGRESS_PROXY, "providers", through=(urn,))
