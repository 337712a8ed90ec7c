"""A room of the tests: digests that somebody put on a shelf, and how often the worker looked."""
