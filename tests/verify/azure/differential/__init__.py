"""Random small networks, packet by packet, against a naive evaluator that shares no code with the verifier."""
