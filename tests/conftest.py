"""What holds for every test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A property is true or not; how long one example took is the machine's business (`bench/` measures speed).
settings.register_profile("zt-ai", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("zt-ai")
