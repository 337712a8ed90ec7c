"""Commands: imports, run here or by a service."""
