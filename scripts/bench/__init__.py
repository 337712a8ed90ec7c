"""Benchmarks: what Muhr takes beside a peer or a limit, as ratios measured in one run."""
