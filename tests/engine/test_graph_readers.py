"""One program, three readers, one graph: in process, from the engine's update plan and from the state after `up`.

The provider below behaves like the Terraform bridge behind pulumi-aws where that matters to a reader: it generates
names and fills in defaults in its check, listing them in `__defaults`, and adds the region without listing it; computed
outputs are unknown in a preview and real afterwards; a resource that is read echoes what is there.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import pulumi
import pulumi_aws as aws
import pytest
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2_grpc, plugin_pb2, provider_pb2, provider_pb2_grpc

from zt_ai.engine import EngineBinary, Workspace
from zt_ai.graph import GraphError, Ref, ResourceGraph, Secret, Unknown
from zt_ai.graph.compare import equal
from zt_ai.graph.load import load
from zt_ai.graph.mocks import from_program
from zt_ai.graph.plan import from_plan, from_preview
from zt_ai.graph.state import from_state
from zt_ai.simulate import serve

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
# Resource kind -> the prefix of its id, or None where the id is its ARN or its name.
PREFIXES = {"Vpc": "vpc", "Subnet": "subnet", "SecurityGroup": "sg", "VpcEndpoint": "vpce", "RouteTable": "rtb"}
NAMED = {"Bucket": "bucket", "Role": "name", "Parameter": "name"}


class Bridge(provider_pb2_grpc.ResourceProviderServicer):  # type: ignore[misc]
    """A provider of package `aws` that keeps nothing but a counter."""

    def __init__(self) -> None:
        self._numbers = itertools.count(0xABCD0000)

    def Attach(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def Handshake(self, request: Any, context: Any) -> Any:
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version="7.51.1")

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:
        return provider_pb2.ConfigureResponse(acceptSecrets=False, supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:
        inputs = plain(request.news)
        before = plain(request.olds)
        kind = kind_of(request.urn)
        defaults = []
        if kind in NAMED and NAMED[kind] not in inputs:
            inputs[NAMED[kind]] = (
                before.get(NAMED[kind]) or f"{request.urn.rsplit('::', 1)[-1]}-{next(self._numbers):x}"
            )
            defaults.append(NAMED[kind])
        if kind == "SecurityGroup":
            inputs.setdefault("revokeRulesOnDelete", False)
            defaults.append("revokeRulesOnDelete")
        inputs["__defaults"] = defaults
        inputs.setdefault("region", "us-east-1")
        for mapping in inputs.get("subnetMappings", ()):
            mapping["__defaults"] = []
        return provider_pb2.CheckResponse(inputs=packed(inputs))

    def Diff(self, request: Any, context: Any) -> Any:
        changed = plain(request.old_inputs) != plain(request.news)
        changes = provider_pb2.DiffResponse
        return changes(changes=changes.DIFF_SOME if changed else changes.DIFF_NONE)

    def Create(self, request: Any, context: Any) -> Any:
        inputs = plain(request.properties)
        made = next(self._numbers)
        computed = computed_outputs(kind_of(request.urn), inputs, f"{made:017x}")
        id_ = computed.pop("id")
        if request.preview:
            return provider_pb2.CreateResponse(properties=packed({**inputs, **dict.fromkeys(computed, UNKNOWN)}))
        return provider_pb2.CreateResponse(id=id_, properties=packed({**inputs, **computed}))

    def Update(self, request: Any, context: Any) -> Any:
        computed = {k: v for k, v in plain(request.olds).items() if k not in plain(request.old_inputs)}
        return provider_pb2.UpdateResponse(properties=packed({**computed, **plain(request.news)}))

    def Read(self, request: Any, context: Any) -> Any:
        outputs = {"cidrBlock": "10.99.0.0/16", "arn": f"arn:aws:ec2:us-east-1:123456789012:vpc/{request.id}"}
        return provider_pb2.ReadResponse(id=request.id, properties=packed(outputs), inputs=packed({}))

    def Delete(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()


def plain(struct: struct_pb2.Struct) -> dict[str, Any]:
    found: dict[str, Any] = json_format.MessageToDict(struct)
    return found


def packed(values: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


def kind_of(urn: str) -> str:
    return urn.split("::")[2].rpartition(":")[2]


def computed_outputs(kind: str, inputs: Mapping[str, Any], digits: str) -> dict[str, Any]:
    id_ = f"{PREFIXES.get(kind, kind.lower())}-{digits}"
    arn = f"arn:aws:service:us-east-1:123456789012:{kind.lower()}/{digits}"
    if kind in NAMED:
        id_ = inputs[NAMED[kind]]
    computed: dict[str, Any] = {"id": id_, "arn": arn}
    if kind == "Vpc":
        computed["defaultSecurityGroupId"] = f"sg-{digits[::-1]}"
    if kind == "DefaultSecurityGroup":
        computed["id"] = f"sg-{digits}"
    if kind == "Firewall":
        computed["id"] = arn
        states = [
            {"availabilityZone": f"us-east-1{zone}", "attachments": [{"endpointId": f"vpce-{digits}{zone}"}]}
            for zone, _ in zip("ab", inputs["subnetMappings"], strict=True)
        ]
        computed["firewallStatuses"] = [{"syncStates": states}]
    return computed


class Network(pulumi.ComponentResource):
    """A component with a component inside, so that URNs have more than one parent type."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("demo:index:Network", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.vpc = aws.ec2.Vpc(f"{name}-vpc", cidr_block="10.0.0.0/16", tags={"zt-ai:spec": "clinic"}, opts=child)
        self.inner = pulumi.ComponentResource("demo:index:Subnets", f"{name}-subnets", None, child)
        self.subnets = [
            aws.ec2.Subnet(
                f"{name}-{zone}",
                vpc_id=self.vpc.id,
                cidr_block=f"10.0.{number}.0/24",
                availability_zone=f"us-east-1{zone}",
                tags={"zt-ai:spec": "clinic", "vpc": self.vpc.id},
                opts=pulumi.ResourceOptions(parent=self.inner),
            )
            for number, zone in enumerate("ab")
        ]
        self.register_outputs({"vpcId": self.vpc.id})


def program(*, extra_subnet: bool = False) -> None:
    """References to ids and to computed outputs, a list of references, secrets, JSON, a provider and a read."""
    provider = aws.Provider("east", region="us-east-1", skip_credentials_validation=True)
    network = Network("net", pulumi.ResourceOptions(providers=[provider]))
    vpc, subnets = network.vpc, network.subnets
    with_provider = pulumi.ResourceOptions(provider=provider)
    aws.ec2.DefaultSecurityGroup("stripped", vpc_id=vpc.id, ingress=[], egress=[], opts=with_provider)
    group = aws.ec2.SecurityGroup("group", vpc_id=vpc.id, description="workload", opts=with_provider)
    aws.vpc.SecurityGroupIngressRule(
        "rule",
        security_group_id=group.id,
        referenced_security_group_id=vpc.default_security_group_id,
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        opts=with_provider,
    )
    aws.ec2.VpcEndpoint(
        "endpoint",
        vpc_id=vpc.id,
        service_name="com.amazonaws.us-east-1.kms",
        vpc_endpoint_type="Interface",
        subnet_ids=[subnets[1].id, subnets[0].id],
        security_group_ids=[group.id],
        policy=json.dumps({"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}),
        opts=with_provider,
    )
    firewall = aws.networkfirewall.Firewall(
        "firewall",
        name="firewall",
        vpc_id=vpc.id,
        firewall_policy_arn="arn:aws:network-firewall:us-east-1:123456789012:firewall-policy/policy",
        subnet_mappings=[{"subnet_id": subnet.id} for subnet in subnets],
        opts=with_provider,
    )
    table = aws.ec2.RouteTable("table", vpc_id=vpc.id, opts=with_provider)
    aws.ec2.Route(
        "route",
        route_table_id=table.id,
        destination_cidr_block="0.0.0.0/0",
        vpc_endpoint_id=firewall.firewall_statuses.apply(
            lambda found: found[0].sync_states[0].attachments[0].endpoint_id
        ),
        opts=with_provider,
    )
    bucket = aws.s3.Bucket("audit", bucket="zt-clinic-audit", opts=with_provider)
    aws.s3.BucketVersioning(
        "versioning", bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=with_provider
    )
    aws.s3.BucketPublicAccessBlock("block", bucket=bucket.bucket, block_public_acls=True, opts=with_provider)
    role = aws.iam.Role("role", assume_role_policy=json.dumps({"Statement": []}), opts=with_provider)
    aws.iam.RolePolicy("grant", role=role.name, policy=json.dumps({"Statement": []}), opts=with_provider)
    aws.ssm.Parameter(
        "secret", name="/clinic/key", type="SecureString", value=pulumi.Output.secret("hunter2"), opts=with_provider
    )
    shared = aws.ec2.Vpc.get("shared", "vpc-0123456789abcdef0", opts=with_provider)
    aws.ec2.Subnet("adopted", vpc_id=shared.id, cidr_block="10.99.1.0/24", opts=with_provider)
    aws.ec2.SecurityGroup(
        "described", vpc_id=shared.id, description=pulumi.Output.concat("of ", vpc.id, table.id), opts=with_provider
    )
    if extra_subnet:
        aws.ec2.Subnet("late", vpc_id=vpc.id, cidr_block="10.0.9.0/24", opts=with_provider)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Bridge(), server)
    number = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield number
    server.stop(None)


class Life:
    """The readings of one stack over its life."""

    def __init__(self, folder: Path, engine: EngineBinary, port: int) -> None:
        workspace = Workspace(engine, "readers", state_dir=folder / "state", attach={"aws": port})
        stack = workspace.stack("dev", program)
        self.preview = stack.preview()
        self.digest = preview_digest(workspace)
        stack.up()
        self.state = stack.export()
        self.checkpoint = next((folder / "state" / ".pulumi" / "stacks").rglob("dev.json"))
        self.later = workspace.stack("dev", grown).preview()


def grown() -> None:
    program(extra_subnet=True)


def preview_digest(workspace: Workspace) -> Mapping[str, Any]:
    """What `pulumi preview --json` prints; the Automation API has no call for it, so its steps are done here."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageServer(program), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        client = f"--client=127.0.0.1:{port}"
        printed = workspace.run("preview", "--json", "--stack", "dev", client, "--exec-kind", "auto.inline").stdout
    finally:
        server.stop(None)
    digest: Mapping[str, Any] = json.loads(printed)
    return digest


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory, engine: EngineBinary, port: int) -> Life:
    return Life(tmp_path_factory.mktemp("readers"), engine, port)


@pytest.fixture(scope="module")
def mocked() -> ResourceGraph:
    return from_program(program, project="readers", stack="dev")


def test_the_plan_of_a_new_stack_is_the_program(life: Life, mocked: ResourceGraph) -> None:
    planned = from_plan(life.preview.plan, life.preview.state)
    assert len(planned) == len(mocked) == 22
    assert equal(mocked, planned) == []


def test_the_state_after_up_is_the_program(life: Life, mocked: ResourceGraph) -> None:
    deployed = from_state(life.state)
    assert equal(mocked, deployed) == []
    assert all(resource.id for resource in deployed if resource.custom)


def test_the_plan_and_the_state_are_equal(life: Life) -> None:
    assert equal(from_plan(life.preview.plan, life.preview.state), from_state(life.state)) == []


def test_the_printed_preview_is_the_program(life: Life, mocked: ResourceGraph) -> None:
    assert equal(mocked, from_preview(life.digest)) == []


def test_a_plan_of_changes_is_read_on_top_of_the_state(life: Life) -> None:
    planned = from_plan(life.later.plan, life.later.state)
    assert equal(from_program(grown, project="readers", stack="dev"), planned) == []
    assert len(equal(planned, from_state(life.state))) == 1, "the subnet that is new"


def test_a_plan_of_changes_without_its_state_is_refused(life: Life) -> None:
    with pytest.raises(GraphError, match="give the state"):
        from_plan(life.later.plan)


def test_the_checkpoint_of_a_local_back_end_is_the_state(life: Life) -> None:
    assert equal(load(life.checkpoint), from_state(life.state)) == []


def test_a_reader_that_loses_references_is_caught(life: Life, mocked: ResourceGraph) -> None:
    """The negative twin: without the engine's property dependencies the plan is not equal to the program."""
    stripped = json.loads(json.dumps(life.preview.plan))
    for plan in stripped["resourcePlans"].values():
        plan["goal"].pop("propertyDependencies", None)
    assert any("vpcId" in line for line in equal(mocked, from_plan(stripped)))


def test_a_rule_that_differs_is_told(life: Life, mocked: ResourceGraph) -> None:
    changed = json.loads(json.dumps(life.state))
    for resource in changed["deployment"]["resources"]:
        if resource["urn"].endswith("::rule"):
            resource["inputs"]["fromPort"] = 0
    (line,) = equal(mocked, from_state(changed))
    assert line.endswith("::rule: input fromPort differs: 443 in mocks, 0 in state")


@pytest.mark.parametrize("source", ["mocks", "preview", "plan", "state"])
def test_references_resolve_in_every_source(life: Life, mocked: ResourceGraph, source: str) -> None:
    graph = {
        "mocks": mocked,
        "preview": from_preview(life.digest),
        "plan": from_plan(life.preview.plan, life.preview.state),
        "state": from_state(life.state),
    }[source]
    assert graph.source == source
    by_name = {resource.name: resource for resource in graph}
    subnets = tuple(Ref(by_name[name].urn) for name in ("net-a", "net-b"))
    assert by_name["endpoint"].inputs["subnetIds"] == subnets
    assert by_name["rule"].inputs["referencedSecurityGroupId"] == Ref(by_name["net-vpc"].urn)
    assert by_name["route"].inputs["vpcEndpointId"] == Ref(by_name["firewall"].urn)
    assert by_name["versioning"].inputs["bucket"] == by_name["block"].inputs["bucket"] == Ref(by_name["audit"].urn)
    assert by_name["net-a"].inputs["tags"] == {"zt-ai:spec": "clinic", "vpc": Ref(by_name["net-vpc"].urn)}
    assert by_name["net-a"].parent == by_name["net-subnets"].urn
    assert by_name["group"].provider == by_name["east"].urn
    assert isinstance(by_name["secret"].inputs["value"], Secret)
    assert "hunter2" not in repr(graph)
    described = by_name["described"].inputs["description"]
    if source in {"plan", "preview"}:
        assert described == Unknown(tuple(sorted((by_name["net-vpc"].urn, by_name["table"].urn))))
    else:
        assert isinstance(described, str)


def plain_program() -> None:
    """What the simulated AWS can deploy: it refuses what AWS refuses, so every property has to make sense."""
    network = Network("net")
    aws.ec2.DefaultSecurityGroup("stripped", vpc_id=network.vpc.id, ingress=[], egress=[])
    group = aws.ec2.SecurityGroup("group", vpc_id=network.vpc.id, description="workload")
    aws.vpc.SecurityGroupIngressRule(
        "rule",
        security_group_id=group.id,
        referenced_security_group_id=group.id,
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
    )
    table = aws.ec2.RouteTable("table", vpc_id=network.vpc.id)
    aws.ec2.RouteTableAssociation("association", subnet_id=network.subnets[0].id, route_table_id=table.id)
    bucket = aws.s3.Bucket("audit", bucket="zt-clinic-audit")
    aws.s3.BucketVersioning("versioning", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
    grant = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::zt-clinic-audit/*"}
    role = aws.iam.Role("role", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    aws.iam.RolePolicy("grant", role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [grant]}))


def test_the_three_readers_agree_on_the_simulated_aws(tmp_path: Path, engine: EngineBinary) -> None:
    with serve(tmp_path / "world", "aws", region="us-east-1") as cloud:
        workspace = Workspace(
            engine,
            "readers",
            state_dir=tmp_path / "state",
            attach=cloud.attach,
            environment={"AWS_REGION": "us-east-1"},
        )
        stack = workspace.stack("dev", plain_program)
        preview = stack.preview()
        stack.up()
        deployed = from_state(stack.export())
    program_graph = from_program(plain_program, project="readers", stack="dev")
    planned = from_plan(preview.plan, preview.state)
    assert len(program_graph) == 14
    assert equal(program_graph, planned) == equal(program_graph, deployed) == equal(planned, deployed) == []
