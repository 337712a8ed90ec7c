"""Grants, and the commitments that stand for readers."""
