"""Catalog: a page for each resource, steward, license and collection, and how to cite what is there."""
