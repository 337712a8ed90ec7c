"""What a consortium asks of its chain: acts of the council, and who is a member."""
