"""Virtual network, subnets and what filters between them."""
