"""A paper's text outside of the editor: read, replaced as a whole, as it stood before, and what it cites."""
