"""Semantics of Microsoft Azure, and the claims about a plan for it."""
