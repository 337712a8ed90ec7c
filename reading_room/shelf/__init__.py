"""A reader's own shelf: what they chose, in their order, with tags and notes, sealed under their key."""
