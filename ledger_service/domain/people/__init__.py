"""Who calls, and who may do what."""
