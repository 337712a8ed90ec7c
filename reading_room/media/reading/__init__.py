"""A file is read here by parsers of others, in a process of its own that holds no key and opens nothing.

`process` is the side that starts it and trusts nothing of what it says; `__main__` is the process.
"""
