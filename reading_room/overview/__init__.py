"""Overview: how the library is; and, for commands, what it holds."""
