"""Cloud-neutral intent: derived from the specification, read by builders and by the verifier."""
