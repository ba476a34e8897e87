"""Component resources for Azure.

Names are imported when they are first used: `zt_ai.azure.naming` and `zt_ai.azure.plan` need no cloud SDK.
"""

from __future__ import annotations
