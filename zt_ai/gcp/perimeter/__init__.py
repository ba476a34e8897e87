"""VPC Service Controls: perimeters, access levels and what may cross."""
