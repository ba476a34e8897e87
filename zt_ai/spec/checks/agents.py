"""Agents: each tool server is reached by a flow of the agent's own."""

from __future__ import annotations

from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Problem


def check_agents(spec: ZoneSpec) -> list[Problem]:
    """Problems of tool lists. That nothing is a wildcard is the type's business (`ToolName`)."""
    problems: list[Problem] = []
    reached = {(flow.source, flow.destination) for flow in spec.flows.values()}
    for name, agent in spec.agents.items():
        for server, tools in agent.tools.items():
            path = ("agents", name, "tools", server)
            if not tools:
                problems.append(
                    Problem("tools", path, "lists no tool", "name each tool the agent may call, or remove the server")
                )
            if (name, server) not in reached:
                hint = f"add a flow `{{from: {name}, to: {server}, …}}`, or remove the server"
                problems.append(Problem("tools", path, "is a tool server that no flow of this agent reaches", hint))
    return problems
