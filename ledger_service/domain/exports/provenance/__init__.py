"""Where a resource comes from and what happened to it: one history, told in several formats of others."""
