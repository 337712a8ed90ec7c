"""The EVM: node, contracts, signed intents, deployment, and the embedded chain."""
