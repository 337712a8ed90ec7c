"""Who is in a hall and wishes to be seen: told to the others there, and kept nowhere but for seconds."""
