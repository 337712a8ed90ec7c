"""Adapters by which others are told."""
