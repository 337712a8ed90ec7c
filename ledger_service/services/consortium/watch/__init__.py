"""Finds what is wrong with members, by what was checked here."""
