"""Names that Google Cloud accepts."""

from __future__ import annotations

from zt_ai.spec.checks.names_table import Names
from zt_ai.spec.types import ServiceKind

# What each service accepts as the name of a resource [Cloud Storage, "Bucket naming guidelines"; Secret Manager API,
# projects.secrets.create; Cloud KMS API, keyRings.create and cryptoKeys.create; Cloud Logging API, LogEntry.logName;
# Artifact Registry API, projects.locations.repositories; Vertex AI API, publishers.models].
#
# Names for all clouds may be written with slashes. A secret `clinic/orchestrator` is called `clinic--orchestrator` here
# (`zt_ai.gcp.names`), which is why a name with two hyphens in a row is refused: the two could be meant for one secret.
NAMES: Names = {
    ServiceKind.OBJECT_STORAGE: (
        "bucket",
        r"(?!goog)(?!.*google)[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]",
        "use 3 to 63 lower-case letters, digits, hyphens and underscores, without `google` in it",
    ),
    ServiceKind.SECRETS: (
        "secret",
        r"(?=.{1,120}$)(?!.*--)[A-Za-z0-9_-]+(?<!-)(?:/(?!-)[A-Za-z0-9_-]+(?<!-))*",
        "use letters, digits, _ and single hyphens, in parts joined by /",
    ),
    ServiceKind.KEYS: (
        "key",
        r"[A-Za-z0-9_-]{1,63}/[A-Za-z0-9_-]{1,63}",
        "write KEY-RING/KEY, each of letters, digits, _ and -",
    ),
    ServiceKind.LOGS: ("log", r"/?[A-Za-z0-9_./-]{1,511}", "use letters, digits and / _ - ."),
    ServiceKind.CONTAINER_IMAGES: (
        "image",
        r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)+",
        "write REPOSITORY/IMAGE, the repository of letters, digits and hyphens",
    ),
    ServiceKind.MANAGED_LLM: (
        "model",
        r"[a-z0-9]+(?:[.-][a-z0-9]+)*(?:@[a-z0-9.-]+)?",
        "use a model id of Vertex AI such as gemini-2.5-flash or claude-sonnet-4-5@20250929",
    ),
}
