"""Forget readers: those who are erased, and what is older than the institution keeps it."""
