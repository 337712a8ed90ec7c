"""Commands for how content is kept."""
