"""The proof: claims about planned resources, computed from the resources alone."""
