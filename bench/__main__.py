"""Runs every benchmark and prints its table."""

from __future__ import annotations

from bench import plan, verifier

if __name__ == "__main__":
    plan.main()
    verifier.main()
