"""Tidings: what others are told of changes here, by a feed that anybody reads."""
