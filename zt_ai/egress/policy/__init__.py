"""What the egress proxy enforces: one document, derived from the intent, that is all the proxy knows."""

from zt_ai.egress.policy.derive import derive_policy
from zt_ai.egress.policy.model import (
    AgreementPolicy,
    CallerPolicy,
    CallPolicy,
    LimitsPolicy,
    Policy,
    ProviderPolicy,
)

__all__ = [
    "AgreementPolicy",
    "CallPolicy",
    "CallerPolicy",
    "LimitsPolicy",
    "Policy",
    "ProviderPolicy",
    "derive_policy",
]
