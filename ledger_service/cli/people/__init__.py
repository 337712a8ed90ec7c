"""Commands about people: their tokens."""
