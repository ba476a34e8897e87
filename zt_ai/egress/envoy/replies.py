"""Answers that Envoy gives itself, in the format of the API that the caller speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zt_ai.egress.envoy import rbac
from zt_ai.egress.envoy.names import INSPECTOR_DETAILS, PROVIDER_HEADER, REQUEST_ID_HEADER, RULE_HEADER, TYPE
from zt_ai.spec.types import ProviderApi

REQUEST_ID = "%STREAM_ID%"
_EARLY_ID = "connection-%CONNECTION_ID%-%START_TIME(%s%3f)%"
"""For requests that were refused before they were given an id."""
INSPECTORS_OWN = f"response.code_details.startsWith('{INSPECTOR_DETAILS}')"
"""Holds for what the inspector answered itself."""
_BAD_REQUEST = 400

Template = Mapping[str, Any]
"""An error body with the strings `{message}`, `{rule}` and `{request_id}` where these belong."""
Templates = Callable[[ProviderApi, int], Template]
"""The error body of an API for a status."""

_PLAIN: Template = {
    "error": {"message": "{message}", "type": "proxy_error", "code": "{rule}", "request_id": "{request_id}"}
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to refuse before, after or instead of the inspector."""

    id: str
    when: str
    """Expression over `response.code`, `response.code_details` and `response.flags` [Envoy documentation,
    "Attributes"]; the first rule that holds counts."""
    message: str
    status: int | None = None
    """HTTP status, None for the one that Envoy chose."""
    request_id: str = REQUEST_ID


def _denied(policy: str) -> str:
    return f"response.code_details == 'rbac_access_denied_matched_policy[{policy}]'"


def _begins(*prefixes: str) -> str:
    return " || ".join(f"response.code_details.startsWith('{prefix}')" for prefix in prefixes)


RULES: tuple[Rule, ...] = (
    Rule(
        "verdict-missing",
        _denied(rbac.VERDICT_MISSING),
        "The inspector gave no verdict on this request, so it was not sent. Try again.",
        503,
    ),
    Rule(
        "authority-mismatch",
        _denied(rbac.AUTHORITY_MISMATCH),
        "The name asked for is not the name that this connection was opened for. Open a connection for each host name.",
        421,
    ),
    Rule(
        "unlisted-provider",
        _denied(rbac.UNLISTED_PROVIDER),
        "The first part of the path names no provider. Use the base URL that was given for the provider.",
        404,
    ),
    Rule(
        "upgrade-refused",
        _denied(rbac.UPGRADE_REFUSED) + " || response.code_details == 'upgrade_failed'",
        "Connections cannot be upgraded (WebSocket and others): what they carry could not be inspected.",
        403,
    ),
    Rule(
        "body-too-large",
        _denied(rbac.BODY_TOO_LARGE) + " || response.code == 413",
        "The request body is larger than this proxy inspects. Send less at once.",
        413,
    ),
    Rule(
        "caller-not-permitted",
        "response.code_details.startsWith('rbac_access_denied')",
        "No flow of the specification lets this caller reach this destination. Add a flow, or call one that is listed.",
        403,
    ),
    Rule(
        "inspector-timeout",
        "response.code_details.startsWith('ext_proc_error') && response.code_details.contains('timeout')",
        "The inspector took too long to decide about this request, so it was not sent. Try again.",
        503,
    ),
    Rule(
        "inspector-unavailable",
        "response.code_details.startsWith('ext_proc') || "
        "response.code_details in ['unhandled_message', 'spurious_message']",
        "The inspector cannot decide about this request now, so it was not sent. Try again.",
        503,
    ),
    Rule("headers-too-large", "response.code == 431", "The request headers are too large.", 431, _EARLY_ID),
    Rule(
        "request-too-slow",
        "response.code == 408",
        "The request did not arrive in time.",
        408,
        _EARLY_ID,
    ),
    Rule(
        "proxy-overloaded",
        "response.code_details.contains('overflow') || response.code_details.startsWith('overload')",
        "Too many requests are under way. Try again later.",
        503,
    ),
    Rule(
        "upstream-timeout",
        "response.code == 504",
        "The provider did not answer in time.",
        504,
    ),
    Rule(
        "upstream-unreachable",
        _begins(
            "no_healthy_upstream",
            "cluster_not_found",
            "upstream_reset_before_response_started{connection_timeout",
            "upstream_reset_before_response_started{remote_connection_failure",
            "upstream_reset_before_response_started{local_connection_failure",
        ),
        "The provider cannot be reached, or did not prove its name.",
        502,
    ),
    Rule(
        "upstream-failed",
        "response.code_details.startsWith('upstream_') && response.code >= 500",
        "The provider broke off before it answered. It may have received the request.",
        502,
    ),
    Rule(
        "unlisted-path",
        "response.code == 404",
        "There is nothing at this address.",
        404,
    ),
    Rule(
        "malformed-request",
        "response.code == 501",
        "The request is not valid HTTP, or is written in more than one way that could be understood.",
        400,
        request_id=_EARLY_ID,
    ),
    Rule(
        "malformed-request",
        "response.code >= 400 && response.code < 500",
        "The request is not valid HTTP, or is written in more than one way that could be understood.",
        request_id=_EARLY_ID,
    ),
    Rule("proxy-failed", "true", "The proxy could not handle this request.", 503),
)


def plain_replies() -> dict[str, Any]:
    """For requests that never said which API they speak, such as CONNECT."""
    return {"mappers": [_mapper(rule, _PLAIN) for rule in RULES]}


def provider_replies(templates: Templates, api: ProviderApi) -> dict[str, Any]:
    """For a listener whose callers all speak one API."""
    return {"mappers": [_inspectors_own(), *_mappers(templates, api)]}


def gateway_replies(
    templates: Templates, providers: Mapping[str, ProviderApi], hosts: Mapping[str, str]
) -> dict[str, Any]:
    """For several providers, told apart by header, or by the path before that is written."""
    mappers = [
        mapper
        for api in dict.fromkeys(providers.values())
        for mapper in _mappers(
            templates, api, _of_providers((name, hosts[name]) for name in providers if providers[name] is api)
        )
    ]
    return {"mappers": [_inspectors_own(), *mappers, *(_mapper(rule, _PLAIN) for rule in RULES)]}


def _mappers(templates: Templates, api: ProviderApi, also: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    return [_mapper(rule, templates(api, rule.status or _BAD_REQUEST), also) for rule in RULES]


def _of_providers(names: Iterable[tuple[str, str]]) -> dict[str, Any]:
    header, path = [], []
    for name, host in names:
        # After the inspector's answer the provider's header is gone, and the rewritten authority is what is left.
        header.append({"header_filter": {"header": {"name": ":authority", "string_match": {"exact": host}}}})
        header.append({"header_filter": {"header": {"name": PROVIDER_HEADER, "string_match": {"exact": name}}}})
        path.append({"header_filter": {"header": {"name": ":path", "string_match": {"prefix": f"/{name}/"}}}})
    return {"or_filter": {"filters": [*header, *path]}}


def _inspectors_own() -> dict[str, Any]:
    """Refusals by the inspector are in the right format already."""
    return {
        "filter": cel(INSPECTORS_OWN),
        "body_format_override": {"text_format_source": {"inline_string": "%LOCAL_REPLY_BODY%"}},
    }


def _mapper(rule: Rule, template: Template, also: dict[str, Any] | None = None) -> dict[str, Any]:
    when = cel(rule.when)
    headers = {RULE_HEADER: rule.id, "x-request-id": rule.request_id, REQUEST_ID_HEADER: rule.request_id}
    return {
        "filter": {"and_filter": {"filters": [also, when]}} if also else when,
        **({"status_code": rule.status} if rule.status else {}),
        "headers_to_add": [
            {"header": {"key": key, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
            for key, value in headers.items()
        ],
        "body_format_override": {
            "json_format": _filled(template, {"message": rule.message, "rule": rule.id, "request_id": rule.request_id}),
            "content_type": "application/json",
        },
    }


def _filled(template: Any, values: Mapping[str, str]) -> Any:
    """The template with its placeholders replaced, and every other percent sign as Envoy's formatter wants it."""
    if isinstance(template, Mapping):
        return {key: _filled(value, values) for key, value in template.items()}
    if isinstance(template, Sequence) and not isinstance(template, str):
        return [_filled(value, values) for value in template]
    if not isinstance(template, str):
        return template
    text = template.replace("%", "%%")
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def cel(expression: str) -> dict[str, Any]:
    """An access-log filter that evaluates an expression."""
    kind = "envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter"
    config = {"@type": TYPE + kind, "expression": expression}
    return {"extension_filter": {"name": "envoy.access_loggers.extension_filters.cel", "typed_config": config}}
