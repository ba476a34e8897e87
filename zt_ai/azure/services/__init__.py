"""The accounts behind the services of a specification, closed to every network but the private endpoint's."""
