"""What a reader does at their shelf."""
