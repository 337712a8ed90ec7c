"""Marked copies of what is lent, made and read in processes of their own."""
