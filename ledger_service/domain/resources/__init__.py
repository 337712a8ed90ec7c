"""Registrations of resources, and licenses."""
