"""A specification as it reads on one cloud: what `clouds` says there in the place of what is said for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zt_ai.spec.clouds.common import Cloud

if TYPE_CHECKING:
    from zt_ai.spec.model import Flow, Provider, ZoneSpec


def on_cloud(spec: ZoneSpec, cloud: Cloud) -> ZoneSpec:
    """The specification with the services, providers and flows that hold on a cloud. Nothing else changes.

    A flow to a provider that has models of its own on each cloud may list those of several clouds: on one of them those
    count that the provider has there. Where none is left the flow keeps its list, and the checks refuse it.
    """
    services = {
        name: service.model_copy(update={"resources": said.resources, "clouds": {}})
        if (said := service.clouds.get(cloud)) is not None
        else service
        for name, service in spec.services.items()
    }
    providers = {name: _provider(provider, cloud) for name, provider in spec.providers.items()}
    flows = {name: _flow(spec, flow, providers) for name, flow in spec.flows.items()}
    return spec.model_copy(update={"services": services, "providers": providers, "flows": flows})


def _provider(provider: Provider, cloud: Cloud) -> Provider:
    said = provider.clouds.get(cloud)
    if said is None:
        return provider
    # An agreement is with one operator: another cloud's models are never covered by it.
    given = {"baa": None, **{field: getattr(said, field) for field in said.model_fields_set}}
    return provider.model_copy(update={**given, "clouds": {}})


def _flow(spec: ZoneSpec, flow: Flow, providers: dict[str, Provider]) -> Flow:
    written = spec.providers.get(flow.destination)
    if written is None or not written.clouds:
        return flow
    here = providers[flow.destination]
    models = tuple(model for model in flow.models if model in here.models)
    paths = tuple(path for path in flow.paths if any(path.startswith(prefix) for prefix in here.paths))
    return flow.model_copy(update={"models": models or flow.models, "paths": paths or flow.paths})
