"""Real chain nodes of one's own on loopback, for tests and measurements: anvil, geth and Clique."""
