"""What is true of events and of who has a place there."""
