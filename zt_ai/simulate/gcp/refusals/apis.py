"""An API is switched on before it is used (Service Usage documentation, "Enable and disable services").

Which APIs are on in a project that exists already is not known here. So this looks only at projects whose APIs a
program switches on itself: there, what comes before its API is refused, as in a project that was made a moment ago.
"""

from __future__ import annotations

from zt_ai.simulate.gcp.act import Act, refuses
from zt_ai.simulate.gcp.catalogue import entries
from zt_ai.simulate.gcp.naming import leaf
from zt_ai.simulate.problems import CloudError

SERVICE = "projects/service:Service"
_NEEDS = {
    # The module of the SDK -> its API. Storage, Logging and Monitoring are on in every project.
    "compute": "compute.googleapis.com",
    "dns": "dns.googleapis.com",
    "kms": "cloudkms.googleapis.com",
    "secretmanager": "secretmanager.googleapis.com",
    "artifactregistry": "artifactregistry.googleapis.com",
    "networkconnectivity": "networkconnectivity.googleapis.com",
    "networksecurity": "networksecurity.googleapis.com",
    "pubsub": "pubsub.googleapis.com",
    "serviceaccount": "iam.googleapis.com",
}
_TYPES = tuple(
    short for short in (token.removeprefix("gcp:") for token in entries()) if short.partition("/")[0] in _NEEDS
)


@refuses(*_TYPES)
def api_is_on(act: Act) -> None:
    """The API of a new resource is among those that its project has on."""
    if act.thing is not None:
        return
    mine = [t for t in act.world.of_type(f"gcp:{SERVICE}") if t.value("project") == leaf(act.project)]
    api = _NEEDS[act.subject.type.removeprefix("gcp:").partition("/")[0]]
    managed = [thing for thing in mine if thing.urn is not None]
    if managed and all(thing.value("service") != api for thing in mine):
        said = f"{api} has not been used in project {act.project} before or it is disabled"
        raise CloudError("SERVICE_DISABLED", said)
