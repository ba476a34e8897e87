"""Names that Azure accepts, as they are written or translated (`zt_ai.spec.clouds.azure_names`)."""

from __future__ import annotations

from collections.abc import Iterator

from zt_ai.spec.checks.names_table import Names
from zt_ai.spec.clouds.azure_names import collisions, translated
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Problem
from zt_ai.spec.types import ServiceKind

# [Azure documentation, "Naming rules and restrictions for Azure resources": Microsoft.Storage (containers),
# Microsoft.KeyVault, Microsoft.OperationalInsights, Microsoft.CognitiveServices; Azure Container Registry
# documentation, "About registries, repositories, and artifacts": repository names.] Of names that are translated, the
# whole length and a character that can stand at each end are demanded; the rest becomes a separator.
NAMES: Names = {
    ServiceKind.OBJECT_STORAGE: (
        "container",
        r"(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*",
        "use 3 to 63 lower-case letters and digits, joined by single hyphens",
    ),
    ServiceKind.SECRETS: (
        "secret",
        r"(?=.{1,127}$)[0-9A-Za-z/](?:.*[0-9A-Za-z].*)?",
        "use at most 127 characters; letters and digits stay, and what stands between them becomes a hyphen",
    ),
    ServiceKind.KEYS: (
        "key",
        r"(?=.{1,127}$)[0-9A-Za-z/](?:.*[0-9A-Za-z].*)?",
        "use at most 127 characters; letters and digits stay, and what stands between them becomes a hyphen",
    ),
    ServiceKind.LOGS: (
        "table",
        r"(?=.{1,40}$)/?[A-Za-z].*",
        "begin with a letter and use at most 40 characters; what is no letter or digit becomes an underscore",
    ),
    ServiceKind.CONTAINER_IMAGES: (
        "repository",
        r"(?=.{1,255}$)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*",
        "use lower-case letters and digits, joined by single . _ - or /",
    ),
    ServiceKind.MANAGED_LLM: (
        "Azure OpenAI account",
        r"(?=.{2,64}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])",
        "name the Azure OpenAI account: 2 to 64 lower-case letters, digits and hyphens; models are the provider's",
    ),
}


def check_translated(spec: ZoneSpec) -> Iterator[Problem]:
    """Resources whose names become one on Azure, and adopted accounts of services that cannot have one.

    Secrets and keys are apart by the vault of their service; logs are tables of one workspace.
    """
    logs = [
        (name, index, resource)
        for name, service in spec.services.items()
        if service.kind is ServiceKind.LOGS
        for index, resource in enumerate(service.resources)
    ]
    groups = [(ServiceKind.LOGS, logs)] + [
        (service.kind, [(name, index, resource) for index, resource in enumerate(service.resources)])
        for name, service in spec.services.items()
        if service.kind in (ServiceKind.SECRETS, ServiceKind.KEYS)
    ]
    for kind, resources in groups:
        rivals = collisions(kind, [resource for _, _, resource in resources])
        for name, index, resource in resources:
            if resource in rivals:
                message = f"'{resource}' and '{rivals[resource]}' would both be called '{translated(kind, resource)}'"
                hint = "choose names that differ in letters or digits"
                yield Problem("cloud-name", ("services", name, "resources", index), message, hint)
    azure = spec.clouds.azure
    for name in azure.adopt.services if azure is not None and azure.adopt is not None else {}:
        path = ("clouds", "azure", "adopt", "services", name)
        service = spec.services.get(name)
        if service is None and name not in ("egress-images", "egress-secrets"):
            yield Problem("reference", path, f"there is no service '{name}'", "name a service of the specification")
        elif service is not None and service.kind in (ServiceKind.LOGS, ServiceKind.MANAGED_LLM):
            hint = "leave it out: logs share one workspace, and a model's resource is the account itself"
            yield Problem("cloud-name", path, f"a service of kind {service.kind.value} adopts no account", hint)
