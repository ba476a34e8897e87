"""Claim 8: quotas hold. Counted from the planned resources alone, whatever the builder computed beforehand.

A plan over a quota fails half way, and worse: a security group that goes over when it is applied is left empty
[terraform-provider-aws#30289]. What exists already in the account is not in a plan and is not counted;
`clouds.aws.quotas` says what is free.
"""

from __future__ import annotations

from zt_ai.graph.model import ResourceGraph
from zt_ai.intent.model import Intent
from zt_ai.spec.clouds import Aws
from zt_ai.verify.aws.quota_balancers import count_balancers
from zt_ai.verify.aws.quota_documents import count_documents
from zt_ai.verify.aws.quota_filters import count_filters
from zt_ai.verify.aws.quota_interfaces import count_interfaces
from zt_ai.verify.aws.quota_network import count_network
from zt_ai.verify.aws.quota_table import quotas
from zt_ai.verify.aws.tally import Tally
from zt_ai.verify.model import Claim


def quota_claim(graph: ResourceGraph, intent: Intent, settings: Aws) -> Claim:
    """Prove claim 8 from planned resources. Raises nothing; takes time in proportion to the number of resources."""
    tally = Tally(graph, quotas(settings.quotas))
    count_network(tally)
    count_interfaces(tally)
    count_filters(tally)
    count_documents(tally)
    count_balancers(tally)
    found = tally.result()
    return Claim(
        id="quotas",
        number=8,
        title="Quotas hold",
        cloud="aws",
        covered=f"{tally.counted} resources, {tally.uses} counts compared with their quotas",
        witnesses=found.witnesses,
        reasons=found.reasons,
    )
