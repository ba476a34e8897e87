"""Undoing what a payload can hide behind, under a budget, so that every text a model would read is scanned."""
