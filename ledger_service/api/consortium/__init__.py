"""Routes of a consortium."""
