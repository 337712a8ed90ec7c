"""Copies of members' open content: which are to be kept here, how they come, go, and are found."""
