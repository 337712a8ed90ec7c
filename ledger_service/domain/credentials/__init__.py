"""Credentials: what the library says of its readers, which they show to others as they choose."""
