"""Programs that a benchmark runs by the code of several checkouts."""
