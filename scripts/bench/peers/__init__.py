"""Programs that the benchmarks compare with, started by peer.py."""
