"""The groups of benchmarks, a module each."""
