"""Resources are registered, changed and promoted; licenses are defined."""
