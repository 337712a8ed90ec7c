"""The pages of credentials that are for everybody."""
