"""Closed content: kept encrypted, under a key of its own for each resource and epoch."""
