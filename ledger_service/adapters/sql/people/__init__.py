"""Readers, tokens and openings."""
