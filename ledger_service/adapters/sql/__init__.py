"""The SQL store, one module a noun."""
