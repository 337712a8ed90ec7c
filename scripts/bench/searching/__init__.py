"""What the group `search` measures with: a catalog by a seed, libraries that hold it, and its SQL alone."""
