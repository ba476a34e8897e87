"""Where every access is recorded, and for how long."""
