"""Registrations, licenses and stewards."""
