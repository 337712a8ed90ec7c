"""What is told to others, and who keeps whom they are."""
