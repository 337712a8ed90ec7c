"""docs/reliability.md: each figure that the project promises, as the suites have measured it."""
