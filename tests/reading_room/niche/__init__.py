"""A room of the tests: digests that somebody put into a niche, and how often the worker looked."""
