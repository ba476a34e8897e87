"""Adapters for the request and error formats of each provider's API."""

from zt_ai.egress.apis.adapter import Adapter, adapter

__all__ = ["Adapter", "adapter"]
