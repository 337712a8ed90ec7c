"""Bills, their formula, and the shares that follow from it."""
