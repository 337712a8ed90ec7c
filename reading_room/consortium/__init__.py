"""Show a consortium to everybody: its members, its council and what it did, its rules, and how to join."""
