"""How managed services are reached privately, and how names are resolved."""
