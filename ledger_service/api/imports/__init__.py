"""Routes for imports."""
