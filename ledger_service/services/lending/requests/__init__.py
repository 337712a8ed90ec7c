"""Requests of readers to be lent something, and the lines in which they wait."""
