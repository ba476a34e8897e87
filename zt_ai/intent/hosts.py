"""Host names of models that a cloud manages: they follow from the cloud and the region, nobody writes them."""

from __future__ import annotations

from zt_ai.spec.clouds import Cloud
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.types import ProviderApi, ProviderKind


def managed_hosts(spec: ZoneSpec, cloud: Cloud | None = None) -> dict[str, tuple[str, ...]]:
    """Provider name → host names, for every cloud-managed provider whose cloud the specification names.

    With a `cloud`, only for providers which that cloud manages.

    Bedrock: `bedrock-runtime.REGION.amazonaws.com` [AWS General Reference, "Amazon Bedrock endpoints and quotas"; in
    China the suffix is `amazonaws.com.cn`]. Vertex AI: `REGION-aiplatform.googleapis.com` [Vertex AI documentation,
    "Regional endpoints"]. Azure OpenAI: the resource's own name is its host name [Azure OpenAI reference, "API
    endpoints"], and the specification's service names the resource, so a deployment is reached at
    `RESOURCE.openai.azure.com`.
    """
    hosts: dict[str, tuple[str, ...]] = {}
    for name, provider in spec.providers.items():
        if provider.kind is not ProviderKind.CLOUD_MANAGED:
            continue
        if provider.api is ProviderApi.BEDROCK and cloud in (None, "aws") and spec.clouds.aws:
            region = spec.clouds.aws.region
            suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
            hosts[name] = (f"bedrock-runtime.{region}.{suffix}",)
        elif provider.api is ProviderApi.VERTEX_AI and cloud in (None, "gcp") and spec.clouds.gcp:
            hosts[name] = (f"{spec.clouds.gcp.region}-aiplatform.googleapis.com",)
        elif (
            provider.api is ProviderApi.AZURE_OPENAI
            and cloud in (None, "azure")
            and spec.clouds.azure
            and provider.service
        ):
            hosts[name] = tuple(
                f"{resource}.openai.azure.com" for resource in spec.services[provider.service].resources
            )
    return hosts
