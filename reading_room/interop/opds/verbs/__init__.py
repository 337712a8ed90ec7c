"""What is read, lent and drawn for reading apps."""
