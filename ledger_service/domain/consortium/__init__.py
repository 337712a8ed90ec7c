"""A consortium: its charter, who asks to join it, and the acts of its council."""
