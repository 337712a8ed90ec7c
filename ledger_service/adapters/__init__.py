"""What touches the outside: SQL, EVM, content, keys, and a service seen from afar."""
