"""What the settings of every cloud have in common."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from zt_ai.spec.base import Model

Cloud = Literal["aws", "azure", "gcp"]


class ProxySettings(Model):
    """How the egress proxy runs, whichever cloud it runs on."""

    image: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None
    """Repository and tag in the cloud's own registry, for example `zt-ai/egress-proxy:0.1.0` (the default)."""
    minimum: Annotated[int, Field(ge=1, le=100)] = 2
    """Instances that always run."""
    maximum: Annotated[int, Field(ge=1, le=500)] = 6
    """Instances at the most."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.maximum < self.minimum:
            raise ValueError("maximum is below minimum")
        return self
