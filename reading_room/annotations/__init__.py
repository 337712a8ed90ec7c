"""What people write beside the text of a resource: for themselves, for a group, or for everybody."""
