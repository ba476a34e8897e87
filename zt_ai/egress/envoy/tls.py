"""TLS on both sides, and the secret files by which certificates are renewed without a restart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zt_ai.egress.envoy.names import TYPE
from zt_ai.egress.envoy.settings import Settings

_SECRET = f"{TYPE}envoy.extensions.transport_sockets.tls.v3.Secret"
_ALPN = ["h2", "http/1.1"]
_VERSIONS = {"tls_minimum_protocol_version": "TLSv1_2", "tls_maximum_protocol_version": "TLSv1_3"}
# Named, because the default begins with a post-quantum group whose share makes the ClientHello larger than a packet: a
# firewall that reads the server name from the first packet does not find it and drops the connection.
_GROUPS = ["X25519", "P-256"]


def secret_file(settings: Settings, name: str) -> Path:
    """File of a secret."""
    return settings.secrets / f"{name}.json"


def certificate_secret(name: str, chain: str, key: str) -> dict[str, Any]:
    """Content of a secret file with a certificate (PEM): both halves in one file, so that they change together."""
    secret = {"certificate_chain": {"inline_string": chain}, "private_key": {"inline_string": key}}
    return _resources(name, {"tls_certificate": secret})


def trust_secret(name: str, bundle: str, spiffe_trust_domain: str | None = None) -> dict[str, Any]:
    """Content of a secret file with authorities (PEM).

    For callers the SPIFFE validator is used: it wants the identity in the trust domain that the bundle is for [SPIFFE,
    X509-SVID 1.0, section 5], and keeps authorities and leaves apart.
    """
    context: dict[str, Any] = {"trusted_ca": {"inline_string": bundle}}
    if spiffe_trust_domain is not None:
        validator = {
            "@type": f"{TYPE}envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig",
            "trust_domains": [{"name": spiffe_trust_domain, "trust_bundle": {"inline_string": bundle}}],
        }
        context = {
            "custom_validator_config": {"name": "envoy.tls.cert_validator.spiffe", "typed_config": validator},
        }
    return _resources(name, {"validation_context": context})


def server_tls(settings: Settings, certificate: str, client_trust: str | None = None) -> dict[str, Any]:
    """Transport socket of a listener. With `client_trust` a client must present a certificate."""
    common: dict[str, Any] = {
        "tls_params": dict(_VERSIONS),
        "alpn_protocols": _ALPN,
        "tls_certificate_sds_secret_configs": [_sds(settings, certificate)],
    }
    context: dict[str, Any] = {"common_tls_context": common}
    if client_trust is not None:
        common["validation_context_sds_secret_config"] = _sds(settings, client_trust)
        context["require_client_certificate"] = True
        # A session that is resumed is not checked again: after a caller's certificate has ended, it must not go on.
        context["disable_stateless_session_resumption"] = True
        context["disable_stateful_session_resumption"] = True
    return _socket("DownstreamTlsContext", context)


def provider_tls(settings: Settings, host: str) -> dict[str, Any]:
    """Transport socket towards a provider: its name is asked for, and must be in its certificate."""
    names = [{"san_type": "DNS", "matcher": {"exact": host}}]
    context = {"trusted_ca": {"filename": str(settings.provider_ca)}, "match_typed_subject_alt_names": names}
    common = {
        "tls_params": {**_VERSIONS, "ecdh_curves": _GROUPS},
        "validation_context": context,
    }
    return _socket("UpstreamTlsContext", {"common_tls_context": common, "sni": host})


def caller_tls(settings: Settings, secret: str, trust: str, name: str) -> dict[str, Any]:
    """Transport socket towards our own gateway, as one caller."""
    names = [{"san_type": "DNS", "matcher": {"exact": name}}]
    common = {
        "tls_params": dict(_VERSIONS),
        "tls_certificate_sds_secret_configs": [_sds(settings, secret)],
        "combined_validation_context": {
            "default_validation_context": {"match_typed_subject_alt_names": names},
            "validation_context_sds_secret_config": _sds(settings, trust),
        },
    }
    return _socket("UpstreamTlsContext", {"common_tls_context": common, "sni": name})


def _socket(kind: str, context: Mapping[str, Any]) -> dict[str, Any]:
    config = {"@type": f"{TYPE}envoy.extensions.transport_sockets.tls.v3.{kind}", **context}
    return {"name": "envoy.transport_sockets.tls", "typed_config": config}


def _sds(settings: Settings, name: str) -> dict[str, Any]:
    source = {"path": str(secret_file(settings, name)), "watched_directory": {"path": str(settings.secrets)}}
    return {"name": name, "sds_config": {"path_config_source": source, "resource_api_version": "V3"}}


def _resources(name: str, secret: Mapping[str, Any]) -> dict[str, Any]:
    return {"resources": [{"@type": _SECRET, "name": name, **secret}]}
