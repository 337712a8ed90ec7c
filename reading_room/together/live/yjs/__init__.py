"""The bytes that Yjs and its protocols write, read before anything believes them."""
