"""Routes for grants and openings."""
