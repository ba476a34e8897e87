"""Base URLs: the first segment of the path names the provider, and is gone before the inspector sees the request."""

from __future__ import annotations

import json
from typing import Any

from zt_ai.egress.envoy.names import PROVIDER_HEADER, TYPE
from zt_ai.egress.policy import Policy
from zt_ai.spec.types import ProviderApi

# A router can rewrite a path only after every filter has seen it, so a script does. It is the only one, it reads
# nothing but the path, and what it does not know it leaves without a provider, which the next filter refuses. The
# provider is written last: a script that stops half-way leaves a request that is refused too.
_SCRIPT = """\
local providers = {{
{table}
}}

function envoy_on_request(handle)
  local headers = handle:headers()
  local name, rest = string.match(headers:get(":path") or "", "^/([a-z0-9-]+)(/.*)$")
  local provider = name and providers[name]
  if not provider then return end
  if provider.base then
    if string.sub(rest, 1, 7) == "/v1/v1/" then rest = string.sub(rest, 4) end
    if string.sub(rest, 1, 4) ~= "/v1/" then rest = "/v1" .. rest end
  end
  headers:replace(":path", rest)
  headers:replace(":authority", provider.host)
  headers:replace("{header}", name)
end
"""


def base_path(policy: Policy, provider: str) -> str:
    """Path of the base URL that a client of this provider is given, without a slash at the end."""
    return f"/{provider}/v1" if _has_version(policy, provider) else f"/{provider}"


def rewrite_filter(policy: Policy) -> dict[str, Any]:
    """The filter that turns `/PROVIDER/PATH` into the provider's own path and host.

    The OpenAI SDK puts `/v1` into its base URL, other clients put it into the path: both come out as one `/v1`.
    """
    rows = [
        f"  [{json.dumps(name)}] = {{ host = {json.dumps(provider.hosts[0])}, "
        f"base = {str(_has_version(policy, name)).lower()} }},"
        for name, provider in policy.providers.items()
    ]
    script = _SCRIPT.format(table="\n".join(rows), header=PROVIDER_HEADER)
    config = {
        "@type": f"{TYPE}envoy.extensions.filters.http.lua.v3.Lua",
        "default_source_code": {"inline_string": script},
        "clear_route_cache": True,
    }
    return {"name": "provider-of-path", "typed_config": config}


def _has_version(policy: Policy, provider: str) -> bool:
    """Whether the provider's paths all begin with the `/v1` that OpenAI's clients count as part of the base URL."""
    if policy.providers[provider].api is not ProviderApi.OPENAI:
        return False
    paths = [path for call in policy.calls if call.provider == provider for path in call.paths]
    return bool(paths) and all(path == "/v1" or path.startswith("/v1/") for path in paths)
