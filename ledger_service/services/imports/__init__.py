"""Claims are accepted in bulk."""
