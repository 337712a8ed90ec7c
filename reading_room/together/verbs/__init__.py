"""What members do in projects."""
