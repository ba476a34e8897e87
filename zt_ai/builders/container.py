"""The egress proxy's container, whatever runs it: its image, its user, what it is given and where it says how it is."""

from __future__ import annotations

DEFAULT_IMAGE = "zt-ai/egress-proxy:0.1.0"
POLICY_VARIABLE = "ZT_AI_PROXY_POLICY"
"""Environment variable with the policy document."""
NAMES_VARIABLE = "ZT_AI_PROXY_NAMES"
"""With the names that callers know the proxy by."""
AUTHORITY_VARIABLE = "ZT_AI_PROXY_AUTHORITY"
"""With the certificate authority, out of a secret."""
HEALTH_PATH = "/ready"
SCRATCH = "/scratch"
"""The one place in the container that can be written."""
USER = "65532:65532"
"""An account number that no base image gives to a person or a service."""
