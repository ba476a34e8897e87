"""The log of the door: requests that were answered without the inspector, and connections that never became one."""

from __future__ import annotations

from typing import Any

from zt_ai.egress.envoy.names import CALLER_STATE, RULE_HEADER, TYPE
from zt_ai.egress.envoy.replies import INSPECTORS_OWN, cel
from zt_ai.egress.envoy.settings import Settings

_TIME = "%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%"
_PEER = "%DOWNSTREAM_PEER_URI_SAN%"


def request_log(settings: Settings, listener: str) -> list[dict[str, Any]]:
    """Every answer with a rule of ours in it. The inspector's refusals have rules of its own, and records."""
    record = {
        "time": _TIME,
        "listener": listener,
        "rule": f"%RESP({RULE_HEADER})%",
        "status": "%RESPONSE_CODE%",
        "details": "%RESPONSE_CODE_DETAILS%",
        "flags": "%RESPONSE_FLAGS%",
        "request_id": "%RESP(X-REQUEST-ID)%",
        "spiffe_id": _PEER,
        "tunnel_spiffe_id": f"%FILTER_STATE({CALLER_STATE}:PLAIN)%",
        "server_name": "%REQUESTED_SERVER_NAME%",
        "method": "%REQ(:METHOD)%",
        "authority": "%REQ(:AUTHORITY)%",
        "path": "%PATH(NQ:PATH)%",  # the query is never written
        "bytes": "%BYTES_RECEIVED%",
    }
    return [_log(settings, record, cel(f"'{RULE_HEADER}' in response.headers && !({INSPECTORS_OWN})"))]


def connection_log(settings: Settings, listener: str) -> list[dict[str, Any]]:
    """Every connection that ended in its handshake, or found no filter chain for the name that it asked for."""
    record = {
        "time": _TIME,
        "listener": listener,
        "rule": "connection-refused",
        "details": "%DOWNSTREAM_TRANSPORT_FAILURE_REASON%",
        "flags": "%RESPONSE_FLAGS%",
        "spiffe_id": _PEER,
        "server_name": "%REQUESTED_SERVER_NAME%",
        "address": "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%",
    }
    refused = {
        "or_filter": {
            "filters": [
                {"response_flag_filter": {"flags": ["NR"]}},
                # A connection that a client drops after its handshake has a reason too, from the system.
                cel("connection.transport_failure_reason.matches('SSL.routines')"),
            ]
        }
    }
    return [_log(settings, record, refused)]


def _log(settings: Settings, record: dict[str, Any], only: dict[str, Any]) -> dict[str, Any]:
    fields = {"log_format": {"json_format": record}}
    if settings.door_log is None:
        name, kind = "envoy.access_loggers.stdout", "stream.v3.StdoutAccessLog"
    else:
        name, kind = "envoy.access_loggers.file", "file.v3.FileAccessLog"
        fields["path"] = str(settings.door_log)  # type: ignore[assignment]
    return {
        "name": name,
        "filter": only,
        "typed_config": {"@type": f"{TYPE}envoy.extensions.access_loggers.{kind}", **fields},
    }
