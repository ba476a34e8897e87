"""Semantics of Google Cloud: what a planned VPC network, its policies, perimeters and grants really permit."""
