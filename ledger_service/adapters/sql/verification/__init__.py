"""Reads of what never changes."""
