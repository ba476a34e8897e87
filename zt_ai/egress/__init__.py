"""The inspected egress path: Envoy configured from the intent, and the inspector that every model call passes."""
