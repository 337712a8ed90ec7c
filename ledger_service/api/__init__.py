"""The HTTP API: shapes in, one call, shapes out."""
