"""VPC, subnets and what filters between them."""
