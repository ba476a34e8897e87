"""What is denied or about to fail is seen."""
