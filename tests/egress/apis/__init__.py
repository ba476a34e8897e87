"""Adapters: what requests of each API ask, and how each API says no."""
