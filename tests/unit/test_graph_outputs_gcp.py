"""Mock outputs of Google Cloud: ids have the forms of the API, and what a preview does not know stays unknown."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable

import pulumi
import pulumi_gcp as gcp
import pytest
from pulumi import _types

from tests.unit.gcp.graphs import clinic
from zt_ai.graph.answers import Place, Request
from zt_ai.graph.mocks import from_program
from zt_ai.graph.model import Ref, ResourceGraph, Unknown
from zt_ai.graph.outputs_gcp import GCP

FORMS = {
    "gcp:compute/network:Network": r"projects/[a-z-]+/global/networks/[a-z-]+",
    "gcp:compute/subnetwork:Subnetwork": r"projects/[a-z-]+/regions/us-central1/subnetworks/[a-z-]+",
    "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule": (
        r"projects/[a-z-]+/global/firewallPolicies/[a-z-]+/rules/\d+"
    ),
    "gcp:tags/tagKey:TagKey": r"tagKeys/\d{15}",
    "gcp:tags/tagValue:TagValue": r"tagValues/\d{15}",
    "gcp:serviceaccount/account:Account": r"projects/[a-z-]+/serviceAccounts/[a-z-]+@[a-z.-]+",
    "gcp:projects/iAMCustomRole:IAMCustomRole": r"projects/[a-z-]+/roles/[a-z_]+",
    "gcp:kms/cryptoKey:CryptoKey": r"projects/[a-z-]+/locations/us-central1/keyRings/[a-z0-9-]+/cryptoKeys/[a-z]+",
    "gcp:dns/recordSet:RecordSet": r"projects/[a-z-]+/managedZones/[a-z-]+/rrsets/[*a-z.-]+\./(A|CNAME)",
    "gcp:accesscontextmanager/servicePerimeter:ServicePerimeter": r"accessPolicies/\d+/servicePerimeters/[a-z_]+",
    "gcp:logging/projectSink:ProjectSink": r"projects/[a-z-]+/sinks/[a-z-]+",
    "gcp:networkconnectivity/spoke:Spoke": r"projects/[a-z-]+/locations/global/spokes/[a-z-]+",
}


@pytest.mark.parametrize("type_", FORMS)
def test_ids_have_the_form_of_the_api(type_: str) -> None:
    found = clinic().of_type(type_)
    assert found
    for resource in found:
        assert re.fullmatch(FORMS[type_], resource.id or ""), resource.id


def request(type_: str) -> Request:
    urn = f"urn:pulumi:dev::shop::{type_}::it"
    return Request(urn=urn, type=type_, name="it", inputs={}, place=Place("a-project", "us-east1"), find=lambda _: None)


@pytest.mark.parametrize("type_", sorted(GCP.resources))
def test_every_type_and_output_exists_in_the_sdk(type_: str) -> None:
    """Otherwise a misspelt entry would silently leave an output unknown."""
    _, module, name = type_.split(":")
    cls = getattr(importlib.import_module(f"pulumi_gcp.{module.partition('/')[0]}"), name)
    assert cls.pulumi_type == type_
    made = GCP.make(request(type_))
    assert set(made.outputs) <= set(_types.resource_pulumi_to_py_names(cls))
    assert made == GCP.make(request(type_))


def test_every_resource_of_the_clinic_has_a_maker_and_an_id_of_its_own() -> None:
    custom = [r for r in clinic() if r.custom and r.type.startswith("gcp:")]
    assert {r.type for r in custom} <= set(GCP.resources)
    assert len({(r.type, r.id) for r in custom}) == len(custom)


def one(program: Callable[[], None]) -> ResourceGraph:
    return from_program(program, project="p", stack="s")


def test_the_account_behind_a_sink_is_not_made_up() -> None:
    def program() -> None:
        sink = gcp.logging.ProjectSink("sink", destination="storage.googleapis.com/b", unique_writer_identity=True)
        other = gcp.logging.ProjectSink("other", destination="storage.googleapis.com/b", unique_writer_identity=True)
        both = pulumi.Output.all(sink.writer_identity, other.writer_identity).apply(",".join)
        gcp.storage.BucketIAMMember("one", bucket="b", role="roles/r", member=sink.writer_identity)
        gcp.storage.BucketIAMMember("two", bucket="b", role="roles/r", member=both)

    members = {r.name: r.inputs["member"] for r in one(program).of_type("gcp:storage/bucketIAMMember:BucketIAMMember")}
    assert isinstance(members["one"], Ref)
    assert isinstance(members["two"], Unknown)


def test_a_template_names_the_project_that_the_program_gave() -> None:
    def program() -> None:
        gcp.compute.Network("n", name="given", project="one-project")
        gcp.compute.Network("m", project="one-project")

    given, named = one(program).of_type("gcp:compute/network:Network")
    assert given.id == "projects/one-project/global/networks/given"
    assert re.fullmatch(r"projects/one-project/global/networks/m-[0-9a-f]{7}", named.id or "")
