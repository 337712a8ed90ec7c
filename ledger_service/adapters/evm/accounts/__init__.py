"""The keys of the accounts by which a library acts on chain and pays."""
