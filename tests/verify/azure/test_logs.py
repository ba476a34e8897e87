"""Reading a log: a query in the workspace, the records of the table, and the name that queries are sent to."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import yaml

from tests.verify.azure.mutation.editor import Editor, loose
from tests.verify.azure.planned import EXAMPLES, SUBSCRIPTION, TODAY, build, specified
from tests.verify.azure.test_examples import in_words_of_the_specification
from zt_ai.graph.mocks import from_program
from zt_ai.graph.model import Ref, Resource, ResourceGraph, Unknown
from zt_ai.intent.derive import derive
from zt_ai.intent.model import Intent
from zt_ai.program import program
from zt_ai.spec.clouds import Azure
from zt_ai.spec.load import from_data
from zt_ai.verify.aws.prove import prove as prove_on_aws
from zt_ai.verify.azure.prove import prove
from zt_ai.verify.model import Claim, Verdict

ASSIGNMENT, ROLE = "authorization:RoleAssignment", "authorization:RoleDefinition"
WORKSPACE, TABLE = "operationalinsights:Workspace", "operationalinsights:Table"
RULE = "monitor:DataCollectionRule"
Change = Callable[[Editor], None]


@cache
def clinic(access: str) -> tuple[Azure, Intent, ResourceGraph]:
    """The clinic whose front end has this access to the logs of the application."""
    data = specified("clinic")
    data["flows"]["intake-logs"]["access"] = access
    return build(data, f"logs-{access}")


def judged(access: str, change: Change | None = None) -> Claim:
    """The claim about who reaches what, after a change."""
    settings, intent, graph = clinic(access)
    editor = Editor(graph, intent)
    if change is not None:
        change(editor)
    return prove(editor.graph(), intent, settings).claims[0]


@pytest.mark.parametrize("access", ["read", "write", "read-write"])
def test_each_access_to_a_log_is_proved_with_the_rights_that_it_gets(access: str) -> None:
    settings, intent, graph = clinic(access)
    claims = prove(graph, intent, settings).claims
    assert {c.id: (c.verdict, c.witnesses, c.reasons) for c in claims} == {
        c.id: (Verdict.PROVED, (), ()) for c in claims
    }


def _role(e: Editor, action: str) -> Resource:
    return e.one(ROLE, lambda r: action in str(r.inputs["permissions"]))


def _permission(e: Editor, action: str, **lists: Any) -> None:
    e.change(_role(e, action), lambda inputs: inputs["permissions"][0].update(lists))


def test_a_reader_of_logs_reaches_on_azure_what_it_reaches_on_aws() -> None:
    """Google Cloud has no right to read one log and refuses the flow: `unit/gcp/test_limits.py`."""
    settings, intent, graph = clinic("read-write")
    data = yaml.safe_load((EXAMPLES / "clinic" / "zones.yaml").read_text(encoding="utf-8"))
    data["flows"]["intake-logs"]["access"] = "read-write"
    spec = from_data(data, on=TODAY)
    assert spec.clouds.aws is not None
    aws_intent = derive(spec, on=TODAY, cloud="aws")
    on_aws = prove_on_aws(
        from_program(program("aws", spec, aws_intent), project="zt-ai", stack="logs"), aws_intent, spec.clouds.aws
    )
    table = in_words_of_the_specification(prove(graph, intent, settings).accesses, intent)
    assert table == in_words_of_the_specification(on_aws.accesses, aws_intent)
    assert any((source, to) == ("intake", "app-logs") for source, to, _, _ in table)


def query_right_removed(e: Editor) -> None:
    e.remove(e.right_on(WORKSPACE, "intake"))


def query_right_on_the_table_alone(e: Editor) -> None:
    e.set(e.right_on(WORKSPACE, "intake"), scope=e.right_on(TABLE, "intake").inputs["scope"])


def query_right_taken_away_by_its_own_role(e: Editor) -> None:
    _permission(e, "query/read", notActions=["Microsoft.OperationalInsights/workspaces/*"])


def query_right_that_manages_the_workspace(e: Editor) -> None:
    _permission(e, "query/read", actions=["Microsoft.OperationalInsights/workspaces/write"])


def right_on_the_table_removed(e: Editor) -> None:
    e.remove(e.right_on(TABLE, "intake"))


def right_on_another_table(e: Editor) -> None:
    right = e.right_on(TABLE, "intake")
    other = e.one(TABLE, lambda r: Ref(r.urn) != right.inputs["scope"])
    e.set(right, scope=Ref(other.urn))


def right_on_a_table_that_is_not_planned(e: Editor) -> None:
    group, workspace = (e.one(TABLE).inputs[name] for name in ("resourceGroupName", "workspaceName"))
    within = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.OperationalInsights"
    e.set(e.right_on(TABLE, "intake"), scope=f"{within}/workspaces/{workspace}/tables/somebody_elses_CL")


def right_on_every_table(e: Editor) -> None:
    e.set(e.right_on(TABLE, "intake"), scope=e.right_on(WORKSPACE, "intake").inputs["scope"])


def right_on_every_table_by_its_older_name(e: Editor) -> None:
    query = ["Microsoft.OperationalInsights/workspaces/query/read"]
    _permission(e, "query/read", actions=[*query, "Microsoft.OperationalInsights/workspaces/query/*/read"])


def _names(e: Editor) -> Resource:
    return e.one("dnsresolver:DnsResolverDomainList", lambda r: r.inputs["domains"] != (".",))


def address_of_queries_not_answered(e: Editor) -> None:
    e.change(_names(e), lambda inputs: inputs["domains"].remove("api.loganalytics.azure.com."))


def alias_of_that_address_not_answered(e: Editor) -> None:
    e.change(_names(e), lambda inputs: inputs["domains"].remove("api.monitor.azure.com."))


READER: dict[Change, str] = {
    query_right_removed: "workspaces/query/read",
    query_right_on_the_table_alone: "where it has an effect",
    query_right_taken_away_by_its_own_role: "workspaces/query/read",
    query_right_that_manages_the_workspace: "no clause needs it",
    right_on_the_table_removed: "tables/data/read",
    right_on_another_table: "no resource of app-logs",
    right_on_a_table_that_is_not_planned: "no resource of app-logs",
    right_on_every_table: "not on the resources of app-logs alone",
    right_on_every_table_by_its_older_name: "query/*/read",
    address_of_queries_not_answered: "does not answer for api.loganalytics.azure.com",
    alias_of_that_address_not_answered: "does not answer for api.monitor.azure.com",
}


@pytest.mark.parametrize("change", READER, ids=lambda change: change.__name__.replace("_", " "))
def test_a_reader_with_less_or_more_than_its_rights_is_refuted(change: Change) -> None:
    claim = judged("read", change)
    assert claim.verdict is Verdict.REFUTED
    assert any(READER[change] in witness.explanation for witness in claim.witnesses), claim.witnesses
    assert all(witness.through for witness in claim.witnesses)


def test_what_is_missing_names_the_flow() -> None:
    witnesses = judged("read", query_right_removed).witnesses
    assert {(w.source, w.destination, w.clause) for w in witnesses} == {("intake", "app-logs", "flow:intake-logs")}


def _rule_of(e: Editor, workload: str) -> Resource:
    scope = e.right_on(RULE, workload).inputs["scope"]
    return e.one(RULE, lambda r: Ref(r.urn) == scope)


def _leads_to(e: Editor, stream: str) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        inputs["dataFlows"] = [*inputs["dataFlows"], {**inputs["dataFlows"][0], "outputStream": stream}]

    e.change(_rule_of(e, "intake"), edit)


def rule_that_also_writes_the_proxys_records(e: Editor) -> None:
    (flow,) = loose(_rule_of(e, "egress-proxy").inputs["dataFlows"])
    _leads_to(e, flow["outputStream"])


def right_on_the_proxys_rule(e: Editor) -> None:
    e.set(e.right_on(RULE, "intake"), scope=e.right_on(RULE, "egress-proxy").inputs["scope"])


def rule_that_writes_a_table_of_azures_own(e: Editor) -> None:
    _leads_to(e, "Microsoft-SecurityEvent")


def rule_that_leads_nowhere(e: Editor) -> None:
    e.set(_rule_of(e, "intake"), dataFlows=[])


WRITER: dict[Change, str] = {
    rule_that_also_writes_the_proxys_records: "intake may write table",
    right_on_the_proxys_rule: "intake gets rights on",
    rule_that_writes_a_table_of_azures_own: "intake may write table securityevent",
    rule_that_leads_nowhere: "intake may not write app-logs",
}


@pytest.mark.parametrize("change", WRITER, ids=lambda change: change.__name__.replace("_", " "))
def test_a_writer_of_other_logs_than_its_own_is_refuted(change: Change) -> None:
    claim = judged("write", change)
    assert claim.verdict is Verdict.REFUTED
    assert any(WRITER[change] in witness.explanation for witness in claim.witnesses), claim.witnesses


def test_a_rule_of_which_the_tables_are_not_known_proves_nothing() -> None:
    def change(e: Editor) -> None:
        e.set(_rule_of(e, "intake"), dataFlows=Unknown())

    claim = judged("write", change)
    assert claim.verdict is not Verdict.PROVED
    assert any("not known before the deployment" in reason for reason in claim.reasons)


@pytest.mark.parametrize("type_", [WORKSPACE, TABLE])
def test_a_writer_with_the_rights_of_a_reader_is_refuted(type_: str) -> None:
    """The same two rights without which a reader is refuted, given to somebody who only writes."""

    def lend(e: Editor) -> None:
        right = e.right_on(type_, "intake")
        (writer,) = e.tagged("managedidentity:UserAssignedIdentity", workload="orchestrator")
        e.add(ASSIGNMENT, **{**right.inputs, "principalId": Ref(writer.urn)})

    claim = judged("read", lend)
    assert claim.verdict is Verdict.REFUTED
    (witness,) = claim.witnesses
    assert witness.source == "orchestrator"
    assert "the specification lets it write" in witness.explanation


def test_the_address_of_queries_is_a_name_too_many_where_nobody_reads_logs() -> None:
    def answered(e: Editor) -> None:
        e.change(_names(e), lambda inputs: inputs["domains"].append("api.loganalytics.io."))

    settings, intent, graph = clinic("write")
    editor = Editor(graph, intent)
    answered(editor)
    claim = next(c for c in prove(editor.graph(), intent, settings).claims if c.id == "data-zone-egress")
    assert claim.verdict is Verdict.REFUTED
    assert any("api.loganalytics.io" in witness.explanation for witness in claim.witnesses)
