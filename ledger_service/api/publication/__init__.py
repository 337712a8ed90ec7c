"""The routes of a witness."""
