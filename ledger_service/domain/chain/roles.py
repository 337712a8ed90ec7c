"""The roles of a steward's agents, as on chain. Source: contracts/interfaces/IStewardRegistry.sol."""

REGISTRAR, SERVICE = 1, 2
