"""How the service listens: connections with deadlines, and bounds on what one address may hold."""
