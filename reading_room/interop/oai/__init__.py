"""OAI-PMH 2.0: others harvest the library's records, each with its proof, and ask for what changed."""
