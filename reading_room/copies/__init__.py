"""Open works of other members of the consortium: whose they are, who keeps them, and their bytes."""
