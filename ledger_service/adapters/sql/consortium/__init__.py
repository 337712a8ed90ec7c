"""Tables of a consortium."""
