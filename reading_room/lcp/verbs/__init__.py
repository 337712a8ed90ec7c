"""Bind files, and give loans licenses."""
