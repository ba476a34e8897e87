"""One resource graph from Pulumi mocks, a preview, a saved update plan or the state of a stack.

from_program (zt_ai.graph.mocks)   a program that runs in this process; the only reader that needs `pulumi`
from_plan, from_preview            what the real engine says it would do
from_state                         what is deployed
load (zt_ai.graph.load)            any of the last three from a file
"""

from __future__ import annotations

from zt_ai.graph.compare import equal
from zt_ai.graph.model import GraphError, Ref, Resource, ResourceGraph, Secret, Source, Unknown, Value, references
from zt_ai.graph.plan import from_plan, from_preview
from zt_ai.graph.state import from_state

__all__ = [
    "GraphError",
    "Ref",
    "Resource",
    "ResourceGraph",
    "Secret",
    "Source",
    "Unknown",
    "Value",
    "equal",
    "from_plan",
    "from_preview",
    "from_state",
    "references",
]
