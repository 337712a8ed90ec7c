"""Commands: a witness."""
