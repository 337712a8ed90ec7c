"""Pages of the verifiable map."""
