"""The container's environment: what it must say, and what is said when it does not."""

from __future__ import annotations

import json

import pytest

from tests.egress.envoy.policies import clinic
from zt_ai.egress.pki import Authority, AuthorityError
from zt_ai.egress.run.__main__ import options_from
from zt_ai.egress.run.source import PolicyError

AUTHORITY = Authority.create("given", dns=["proxy.internal"])
GOOD = {
    "ZT_AI_PROXY_POLICY": clinic().model_dump_json(),
    "ZT_AI_PROXY_AUTHORITY": json.dumps(
        {"certificate": AUTHORITY.pem, "key": AUTHORITY.private_pem, "trust": AUTHORITY.pem}
    ),
}


def test_a_whole_environment_gives_a_proxy_without_local_entries() -> None:
    source, options = options_from({**GOOD, "ZT_AI_PROXY_NAMES": "proxy.internal, proxy.clinic.internal"})
    assert source.load() == clinic()
    assert options.local is False
    assert options.names[:2] == ("proxy.internal", "proxy.clinic.internal")
    assert (options.connect_port, options.gateway_port, options.admin_port) == (3128, 8443, 8081)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"ZT_AI_PROXY_POLICY": ""}, PolicyError, "ZT_AI_PROXY_POLICY"),
        ({"ZT_AI_PROXY_AUTHORITY": ""}, AuthorityError, "ZT_AI_PROXY_AUTHORITY"),
        ({"ZT_AI_PROXY_AUTHORITY": '{"certificate": ""}'}, AuthorityError, "ZT_AI_PROXY_AUTHORITY"),
        ({"ZT_AI_PROXY_WORKERS": "many"}, PolicyError, "ZT_AI_PROXY_WORKERS"),
        ({"ZT_AI_PROXY_NAMES": "Not A Name"}, PolicyError, "ZT_AI_PROXY_NAMES"),
    ],
)
def test_what_is_missing_or_wrong_is_named(change: dict[str, str], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        options_from({**GOOD, **change})


@pytest.mark.parametrize("document", ["{}", "nothing", clinic(calls=()).model_dump_json()])
def test_a_policy_with_which_there_is_nothing_to_do_is_refused(document: str) -> None:
    source, _ = options_from({**GOOD, "ZT_AI_PROXY_POLICY": document})
    with pytest.raises(PolicyError):
        source.load()
