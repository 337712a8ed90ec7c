"""Entries in bundles, and tree nodes in tiles."""
