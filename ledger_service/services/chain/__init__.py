"""The worker asks the chain, follows it and settles what was asked."""
