"""Folders, bags, manifests, MARC and OAI-PMH, as claims."""
