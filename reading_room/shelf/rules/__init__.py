"""What is true of a shelf."""
