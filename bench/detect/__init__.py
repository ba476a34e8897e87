"""Recall and false alarms of the identifier detectors, beside Presidio's, on a corpus that is generated each time.

`corpus` fills sentence templates (our own clinical ones in `templates/`, and those that presidio-evaluator ships, read
at run time from the benchmark's own environment) with synthetic identities and identifiers, and knows where each one
stands. Half of the templates, identities and formats are for development, the other half is held out.
"""
