"""What is true of search: how words are folded, what a query means, and what it finds."""

FOLD = 3
"""The version of what is made of records. Raise it with each change of the fold or of documents: the worker
then makes the index anew.
"""
