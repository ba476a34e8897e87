"""Providers that a cloud manages itself: each cloud speaks its own format, and none manages another's."""

from __future__ import annotations

from zt_ai.spec.clouds import Cloud
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Problem
from zt_ai.spec.types import ProviderApi, ProviderKind

MANAGED: dict[Cloud, ProviderApi] = {
    "aws": ProviderApi.BEDROCK,
    "azure": ProviderApi.AZURE_OPENAI,
    "gcp": ProviderApi.VERTEX_AI,
}
"""The format of the models that each cloud manages."""


def check_managed(spec: ZoneSpec, cloud: Cloud) -> list[Problem]:
    """Cloud-managed providers whose format the cloud does not speak. `spec` is the specification as it is written."""
    problems: list[Problem] = []
    for name, provider in spec.on_cloud(cloud).providers.items():
        if provider.kind is ProviderKind.CLOUD_MANAGED and provider.api is not MANAGED[cloud]:
            message = f"{cloud} manages no models that speak {provider.api.value}"
            wanted = MANAGED[cloud].value
            hint = (
                f"say what it is there: `clouds: {{{cloud}: {{api: {wanted}, models: […], paths: […], baa: …}}}}`, and "
                f"`clouds` for the resources of service '{provider.service}'"
            )
            said = spec.providers[name].clouds.get(cloud)
            own = said is not None and said.api is not None
            path = ("providers", name, "clouds", cloud, "api") if own else ("providers", name, "api")
            problems.append(Problem("cloud-provider", path, message, hint))
    return problems
