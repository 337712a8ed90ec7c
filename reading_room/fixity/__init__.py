"""Whether all that is kept is still what was taken in: runs of checks, and what they found."""
