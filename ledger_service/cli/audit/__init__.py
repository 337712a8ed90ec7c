"""Commands: the audit."""
