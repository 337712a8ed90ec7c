"""What people write together."""
