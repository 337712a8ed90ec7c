"""Tidings: what others are told of changes here, by a feed at addresses of theirs, and what they tell us."""
