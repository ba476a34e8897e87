"""Benchmarks: ratios and growth, each measured in one run. `make bench` runs them all."""
