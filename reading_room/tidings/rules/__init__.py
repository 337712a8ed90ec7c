"""What is true of what others are told."""
