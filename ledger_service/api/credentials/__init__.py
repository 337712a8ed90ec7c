"""Routes for credentials."""
