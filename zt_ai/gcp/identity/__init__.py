"""Service accounts and what they may do."""
