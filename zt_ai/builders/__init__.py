"""What the builders of all clouds have in common."""
