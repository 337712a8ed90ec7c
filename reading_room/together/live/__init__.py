"""Papers written together at once: rooms in memory, over a sealed log in the database (docs/adr/0137)."""
