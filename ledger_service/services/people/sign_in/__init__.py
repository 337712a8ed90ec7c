"""Signing in by accounts of others: a university, a wallet."""
