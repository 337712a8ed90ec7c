"""Grants are issued, changed and used."""
