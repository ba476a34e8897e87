"""The other side: providers must prove their names, and what they do badly is said in their own format."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.egress.envoy.policies import clinic
from tests.egress.envoy.running import Proxy, layout_at, settings_for, template
from zt_ai.egress.envoy import Endpoint, EnvoyMissingError, binary, bootstrap
from zt_ai.egress.envoy.tls import provider_tls
from zt_ai.egress.run.certificates import Certificates

BODY = b"{}"


def ask(proxy: Proxy) -> tuple[int, str | None, int]:
    before = len(proxy.upstream.received)
    answer = proxy.client("doctor").gateway(proxy.settings.gateway_port, "/anthropic/v1/messages", BODY)
    return answer.status, answer.rule, len(proxy.upstream.received) - before


def test_a_provider_with_a_certificate_for_another_name_gets_nothing(other_proxy: Callable[..., Proxy]) -> None:
    assert ask(other_proxy(provider_names=("example.org",))) == (502, "upstream-unreachable", 0)


def test_a_wildcard_certificate_is_good_for_the_name_below_it(other_proxy: Callable[..., Proxy]) -> None:
    assert ask(other_proxy(provider_names=("*.anthropic.com",)))[0] == 200


def test_a_provider_of_an_unknown_authority_gets_nothing(other_proxy: Callable[..., Proxy], tmp_path: Path) -> None:
    def trust_others(document: dict[str, object]) -> None:
        (tmp_path / "other.pem").write_text((tmp_path / "p0" / "ca.pem").read_text())
        for cluster in document["static_resources"]["clusters"]:  # type: ignore[index]
            if cluster["name"].startswith("provider/"):
                context = cluster["transport_socket"]["typed_config"]["common_tls_context"]["validation_context"]
                context["trusted_ca"]["filename"] = str(tmp_path / "other.pem")

    assert ask(other_proxy(change=trust_others)) == (502, "upstream-unreachable", 0)


def test_without_the_name_check_anybody_of_the_authority_is_the_provider(other_proxy: Callable[..., Proxy]) -> None:
    """The twin of the first."""

    def forget_names(document: dict[str, object]) -> None:
        for cluster in document["static_resources"]["clusters"]:  # type: ignore[index]
            if cluster["name"].startswith("provider/"):
                context = cluster["transport_socket"]["typed_config"]["common_tls_context"]["validation_context"]
                del context["match_typed_subject_alt_names"]

    assert ask(other_proxy(change=forget_names, provider_names=("example.org",)))[0] == 200


def test_a_provider_that_is_not_there_is_said_to_be(other_proxy: Callable[..., Proxy]) -> None:
    proxy = other_proxy()
    proxy.upstream.stop()
    assert ask(proxy)[:2] == (502, "upstream-unreachable")


def test_a_provider_that_breaks_off_is_not_asked_twice(other_proxy: Callable[..., Proxy]) -> None:
    """What it has received, it may have acted on."""
    proxy = other_proxy()
    accepted: list[int] = []
    original = proxy.upstream.server.RequestHandlerClass.do_POST

    def break_off(handler: object) -> None:
        accepted.append(1)
        handler.connection.shutdown(socket.SHUT_RDWR)  # type: ignore[attr-defined]
        handler.close_connection = True  # type: ignore[attr-defined]

    proxy.upstream.server.RequestHandlerClass.do_POST = break_off
    assert ask(proxy)[:2] == (502, "upstream-failed")
    assert len(accepted) == 1
    proxy.upstream.server.RequestHandlerClass.do_POST = original
    assert ask(proxy)[0] == 200


def test_the_client_hello_fits_into_one_packet(tmp_path: Path) -> None:
    """A network firewall that reads the server name from the first packet drops one that does not."""
    context = provider_tls(settings_for(layout_at(tmp_path), tmp_path), "api.openai.com")["typed_config"]
    assert context["common_tls_context"]["tls_params"]["ecdh_curves"] == ["X25519", "P-256"]
    assert context["sni"] == "api.openai.com"


class TestTheConfiguration:
    @pytest.mark.parametrize("resolve", [True, False], ids=["with stand-ins", "with DNS"])
    def test_is_accepted_by_envoy(self, tmp_path: Path, resolve: bool) -> None:
        import json

        policy, layout = clinic(), layout_at(tmp_path)
        Certificates(layout, ("127.0.0.1",)).ensure(policy)
        stand_ins = {"api.openai.com": Endpoint("127.0.0.1", 9)} if resolve else {}
        (tmp_path / "provider-ca.pem").write_text(layout.ca.read_text())
        document = bootstrap(policy, settings_for(layout, tmp_path, resolve=stand_ins), template)
        (tmp_path / "envoy.json").write_text(json.dumps(document))
        done = subprocess.run(
            [binary(), "--mode", "validate", "-c", tmp_path / "envoy.json", "-l", "warning"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        assert "Deprecated" not in done.stderr + done.stdout

    def test_is_the_same_for_the_same_policy(self, tmp_path: Path) -> None:
        settings = settings_for(layout_at(tmp_path), tmp_path)
        assert bootstrap(clinic(), settings, template) == bootstrap(clinic(), settings, template)

    def test_resolves_names_of_providers_alone(self, tmp_path: Path) -> None:
        document = bootstrap(clinic(), settings_for(layout_at(tmp_path), tmp_path), template)
        resolved = {one["name"] for one in document["static_resources"]["clusters"] if "cluster_type" in one}
        assert resolved == {"provider/api.anthropic.com", "provider/api.openai.com", "provider/eu.api.openai.com"}


class TestTheBinary:
    def test_is_the_one_that_is_named(self) -> None:
        assert binary({"ZT_AI_ENVOY": sys.executable}) == Path(sys.executable)

    def test_is_an_error_when_what_is_named_is_no_program(self, tmp_path: Path) -> None:
        with pytest.raises(EnvoyMissingError, match="ZT_AI_ENVOY"):
            binary({"ZT_AI_ENVOY": str(tmp_path)})

    def test_is_found_without_importing_the_package_that_brings_it(self) -> None:
        code = "import sys; from zt_ai.egress.envoy import binary; binary(); assert 'envoy' not in sys.modules"
        subprocess.run([sys.executable, "-c", code], check=True)
