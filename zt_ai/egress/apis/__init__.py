"""Adapters for the request and error formats of each provider's API."""

from zt_ai.egress.apis.adapter import Adapter, adapter
from zt_ai.egress.apis.errors import StreamForm

__all__ = ["Adapter", "StreamForm", "adapter"]
