"""Who is in a hall and wishes to be seen: told to the others there by one process, and kept nowhere."""
