"""Lending by other libraries: what they may lend, their loans, and how they are told of changes."""
