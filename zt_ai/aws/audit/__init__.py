"""Every access is recorded in a store that keeps it."""
