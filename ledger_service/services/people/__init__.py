"""Tokens and readers."""
