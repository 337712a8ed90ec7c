"""Overview: how the library is, and what it holds."""
