"""Who gets in, and where to: real Envoy, real TLS, an upstream that records what reaches it."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import ClassVar

import pytest

from tests.egress.envoy.client import Refused
from tests.egress.envoy.conftest import without_filter
from tests.egress.envoy.policies import DOCTOR, RESEARCH
from tests.egress.envoy.running import TOKEN, Proxy

BODY = b'{"model":"any"}'


def through_gateway(proxy: Proxy, caller: str, path: str, **options: object) -> object:
    return proxy.client(caller).gateway(proxy.settings.gateway_port, path, BODY, **options)  # type: ignore[arg-type]


class TestAListedCaller:
    @pytest.mark.parametrize(
        ("caller", "path", "host", "arrives"),
        [
            ("doctor", "/anthropic/v1/messages", "api.anthropic.com", "/v1/messages"),
            ("doctor", "/openai/v1/chat/completions", "api.openai.com", "/v1/chat/completions"),
            ("research", "/openai/v1/v1/chat/completions", "api.openai.com", "/v1/chat/completions"),
            ("research", "/openai/chat/completions?a=b", "api.openai.com", "/v1/chat/completions?a=b"),
        ],
    )
    def test_reaches_the_provider_by_base_url(
        self, proxy: Proxy, caller: str, path: str, host: str, arrives: str
    ) -> None:
        answer = proxy.client(caller).gateway(proxy.settings.gateway_port, path, BODY)
        assert (answer.status, answer.json["path"], answer.json["host"]) == (200, arrives, host)
        assert proxy.upstream.received[-1]["body"] == BODY

    @pytest.mark.parametrize("host", ["api.anthropic.com", "api.openai.com", "eu.api.openai.com"])
    def test_reaches_every_host_of_the_provider_through_a_tunnel(self, proxy: Proxy, host: str) -> None:
        answer = proxy.client("doctor").through(proxy.settings.connect_port, host, "/v1/messages", BODY)
        assert (answer.status, answer.json["host"]) == (200, host)
        assert proxy.upstream.received[-1]["body"] == BODY

    def test_may_write_the_port_into_the_host_header(self, proxy: Proxy) -> None:
        answer = proxy.client("doctor").through(
            proxy.settings.connect_port, "api.openai.com:443", "/v1/x", sni="api.openai.com"
        )
        assert (answer.status, answer.json["host"]) == (200, "api.openai.com")

    def test_is_told_the_request_id_beside_the_providers_own(self, proxy: Proxy) -> None:
        answer = proxy.client("doctor").gateway(proxy.settings.gateway_port, "/anthropic/v1/messages", BODY)
        assert answer.headers["x-request-id"] == "the-providers-own"
        assert answer.headers["x-zt-request-id"] == dict(proxy.inspector.seen[-1])["x-request-id"]

    def test_without_certificate_goes_through_its_local_entry(self, proxy: Proxy) -> None:
        import urllib.request

        assert proxy.settings.local
        url = f"http://127.0.0.1:{proxy.settings.local.port}/{TOKEN}/anthropic/v1/messages"
        with urllib.request.urlopen(urllib.request.Request(url, data=BODY)) as answer:
            assert answer.status == 200
        assert dict(proxy.inspector.seen[-1])["x-zt-caller"] == DOCTOR
        assert TOKEN not in str(proxy.inspector.seen[-1])
        assert TOKEN not in str(proxy.upstream.received[-1])


class TestRefused:
    def test_a_host_that_no_flow_leads_to(self, proxy: Proxy) -> None:
        with pytest.raises(Refused) as refused:
            proxy.client("doctor").tunnel(proxy.settings.connect_port, "example.org:443")
        assert (refused.value.answer.status, refused.value.answer.rule) == (403, "caller-not-permitted")

    @pytest.mark.parametrize("authority", ["api.anthropic.com:80", "api.anthropic.com", "API.ANTHROPIC.COM:443"])
    def test_an_authority_that_is_not_the_listed_one_to_the_letter(self, proxy: Proxy, authority: str) -> None:
        with pytest.raises(Refused) as refused:
            proxy.client("doctor").tunnel(proxy.settings.connect_port, authority)
        assert refused.value.answer.status in (403, 400)

    def test_a_caller_for_whom_another_has_the_flow(self, proxy: Proxy) -> None:
        with pytest.raises(Refused) as refused:
            proxy.client("research").tunnel(proxy.settings.connect_port, "api.anthropic.com:443")
        answer = proxy.client("research").gateway(proxy.settings.gateway_port, "/anthropic/v1/messages")
        assert {refused.value.answer.rule, answer.rule} == {"caller-not-permitted"}

    @pytest.mark.parametrize(
        "ids",
        [
            ("spiffe://clinic.internal/unknown",),
            (DOCTOR, RESEARCH),
            (f"{DOCTOR}/more",),
        ],
        ids=["unknown", "two identities", "a longer path"],
    )
    def test_a_good_certificate_for_no_listed_identity(self, proxy: Proxy, ids: tuple[str, ...]) -> None:
        client = proxy.stranger(*ids)
        with pytest.raises(Refused) as refused:
            client.tunnel(proxy.settings.connect_port, "api.openai.com:443")
        answer = client.gateway(proxy.settings.gateway_port, "/openai/v1/chat/completions")
        assert [refused.value.answer.rule, answer.rule] == ["caller-not-permitted"] * 2

    @pytest.mark.parametrize("port", ["connect_port", "gateway_port"])
    def test_nobody_without_a_certificate(self, proxy: Proxy, port: str) -> None:
        with pytest.raises((ssl.SSLError, ConnectionError, OSError)):
            proxy.client(None).gateway(getattr(proxy.settings, port), "/openai/v1/chat/completions")

    def test_an_identity_of_another_trust_domain(self, proxy: Proxy) -> None:
        with pytest.raises((ssl.SSLError, ConnectionError, OSError)):
            proxy.stranger("spiffe://other.internal/doctor").gateway(proxy.settings.gateway_port, "/openai/v1/x")

    def test_a_server_name_that_is_none_of_the_providers(self, proxy: Proxy) -> None:
        with pytest.raises((ssl.SSLError, OSError)):
            proxy.client("doctor").through(
                proxy.settings.connect_port, "example.org", "/", authority="api.openai.com:443"
            )

    @pytest.mark.parametrize(
        ("authority", "sni", "host"),
        [
            ("api.anthropic.com:443", "api.anthropic.com", "api.openai.com"),
            ("api.anthropic.com:443", "api.openai.com", "api.openai.com"),
            ("api.openai.com:443", "eu.api.openai.com", "eu.api.openai.com"),
            ("api.openai.com:443", "api.openai.com", "api.openai.com:444"),
        ],
        ids=["Host", "CONNECT", "CONNECT, same provider", "port"],
    )
    def test_names_that_do_not_agree(self, proxy: Proxy, authority: str, sni: str, host: str) -> None:
        before = len(proxy.upstream.received)
        answer = proxy.client("doctor").through(
            proxy.settings.connect_port, host, "/v1/x", BODY, sni=sni, authority=authority
        )
        assert (answer.status, answer.rule) == (421, "authority-mismatch")
        assert len(proxy.upstream.received) == before

    def test_a_base_url_that_names_no_provider(self, proxy: Proxy) -> None:
        for path in ("/", "/nobody/v1/x", "/v1/chat/completions", "/openai", "//openai/v1/x"):
            answer = proxy.client("doctor").gateway(proxy.settings.gateway_port, path)
            assert (answer.status, answer.rule) == (404, "unlisted-provider"), path

    def test_a_local_entry_without_its_token(self, proxy: Proxy) -> None:
        import urllib.error
        import urllib.request

        assert proxy.settings.local
        for path in (f"/{'u' * 64}/anthropic/v1/messages", "/anthropic/v1/messages"):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"http://127.0.0.1:{proxy.settings.local.port}{path}")
            assert refused.value.code == 404

    @pytest.mark.parametrize("how", ["gateway", "tunnel"])
    def test_a_websocket(self, proxy: Proxy, how: str) -> None:
        upgrade = {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
        client = proxy.client("doctor")
        if how == "gateway":
            answer = client.gateway(
                proxy.settings.gateway_port, "/openai/v1/realtime", None, method="GET", headers=upgrade
            )
        else:
            answer = client.through(
                proxy.settings.connect_port, "api.openai.com", "/v1/realtime", None, method="GET", headers=upgrade
            )
        assert (answer.status, answer.rule) == (403, "upgrade-refused")

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_request_to_the_forward_proxy_that_is_no_connect(self, proxy: Proxy, method: str) -> None:
        answer = proxy.client("doctor").gateway(
            proxy.settings.connect_port, "http://api.openai.com:443/v1/x", method=method
        )
        assert answer.status in (403, 404)


class TestForgedHeaders:
    FORGED: ClassVar = {
        "x-zt-caller": DOCTOR,
        "x-zt-provider": "anthropic",
        "x-zt-verdict": "released",
        "x-zt-anything": "1",
        "x-envoy-retry-on": "5xx",
    }

    def test_are_gone_before_the_inspector_sees_them(self, proxy: Proxy) -> None:
        for answer in (
            proxy.client("research").gateway(proxy.settings.gateway_port, "/openai/v1/x", BODY, headers=self.FORGED),
            proxy.client("research").through(
                proxy.settings.connect_port, "api.openai.com", "/v1/x", BODY, headers=self.FORGED
            ),
        ):
            assert answer.status == 200
            seen = [(k, v) for k, v in proxy.inspector.seen[-1] if k.startswith(("x-zt-", "x-envoy-"))]
            assert sorted(seen) == [("x-zt-caller", RESEARCH), ("x-zt-provider", "openai")]

    def test_and_ours_never_reach_a_provider(self, proxy: Proxy) -> None:
        proxy.client("doctor").gateway(
            proxy.settings.gateway_port, "/openai/v1/x", BODY, headers={"x-forwarded-for": "10.0.0.1"}
        )
        names = {name for name, _ in proxy.upstream.received[-1]["headers"]}
        assert not [n for n in names if n.startswith(("x-zt-", "x-envoy-", "x-forwarded"))]

    def test_without_the_filter_another_callers_flow_is_open(self, other_proxy: Callable[..., Proxy]) -> None:
        """The twin: this is what the first filter is for."""
        weak = other_proxy(change=without_filter("internal-headers"))
        answer = weak.client("research").through(
            weak.settings.connect_port,
            "api.openai.com",
            "/v1/x",
            BODY,
            headers={**self.FORGED, "x-zt-provider": "openai"},
        )
        assert answer.status == 200
        assert dict(weak.inspector.seen[-1])["x-zt-caller"] == DOCTOR


def test_without_the_authority_check_a_tunnel_for_one_name_reaches_another(other_proxy: Callable[..., Proxy]) -> None:
    """The twin of `names_that_do_not_agree`."""
    weak = other_proxy(change=without_filter("rbac.authority-mismatch"))
    answer = weak.client("doctor").through(
        weak.settings.connect_port, "api.openai.com", "/v1/x", BODY, authority="api.anthropic.com:443"
    )
    assert answer.status == 200


def test_without_its_closed_list_the_forward_proxy_opens_tunnels_for_anybody(
    other_proxy: Callable[..., Proxy],
) -> None:
    """The twin of the refusals of tunnels; the list inside of the tunnel still refuses."""
    weak = other_proxy(change=without_filter("rbac.callers"))
    stranger = weak.stranger("spiffe://clinic.internal/unknown")
    assert stranger.through(weak.settings.connect_port, "api.openai.com", "/v1/x", BODY).status == 200
