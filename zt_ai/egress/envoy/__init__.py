"""From the policy to Envoy's configuration. Pure, apart from looking for the binary."""

from zt_ai.egress.envoy.binary import EnvoyMissingError, binary
from zt_ai.egress.envoy.bootstrap import Dynamic, bootstrap, both, clusters_file, dynamic, listeners_file
from zt_ai.egress.envoy.gateway import base_path
from zt_ai.egress.envoy.settings import Endpoint, LocalEntry, Settings

__all__ = [
    "Dynamic",
    "Endpoint",
    "EnvoyMissingError",
    "LocalEntry",
    "Settings",
    "base_path",
    "binary",
    "bootstrap",
    "both",
    "clusters_file",
    "dynamic",
    "listeners_file",
]
