"""Muhr: a provenance and access ledger for electronic libraries."""

__version__ = "0.1.0"
