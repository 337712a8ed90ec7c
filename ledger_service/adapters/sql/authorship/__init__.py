"""Statements that authors sign."""
