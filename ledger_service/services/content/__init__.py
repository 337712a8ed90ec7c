"""Bytes on their way in, counted and hashed."""
