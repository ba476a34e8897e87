"""Zero trust for AI systems: one zone specification, Pulumi components for each cloud, and a proof of the plan."""

__version__ = "0.1.0"
