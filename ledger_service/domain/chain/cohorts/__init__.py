"""Cohorts on chain: what is asked of it about them, and the tree that names their members."""
