"""Commands: credentials."""
