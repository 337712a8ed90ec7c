"""Seminars, defenses and conferences: program, places, and attendance that can be proved."""
