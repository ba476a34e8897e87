"""Reports of proofs: terminal, JSON for machines, Markdown for pull requests, SARIF for code scanning, HTML to read."""
