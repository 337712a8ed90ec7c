"""Routes for intents that were signed elsewhere."""
