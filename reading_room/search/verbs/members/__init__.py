"""Finding in all libraries of a consortium."""
