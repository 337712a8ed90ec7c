"""What a chain says: events and their history, state and its proofs, intents and their signatures."""
