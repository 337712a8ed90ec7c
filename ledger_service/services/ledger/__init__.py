"""Entries are appended, and tiles are read."""
