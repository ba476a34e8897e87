"""What is computed before the first resource is registered. Pure: nothing here imports a cloud SDK."""
