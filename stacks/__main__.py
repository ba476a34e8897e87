"""The program that `pulumi up --stack aws` runs: the specification and the cloud come from the stack's settings."""

from zt_ai.program import from_stack_settings

from_stack_settings()
