"""Commands: intents that are signed elsewhere."""
