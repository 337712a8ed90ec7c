"""What people do at events."""
