"""Tidings: what others are told of changes here, by a feed and at addresses of theirs."""
