"""The pages of a paper: where it is written and read, its history, and the files that are made of it."""
