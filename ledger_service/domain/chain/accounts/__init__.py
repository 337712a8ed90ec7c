"""Accounts by which a library acts on chain."""
