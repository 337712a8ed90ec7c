"""What builds, measures, mutates and proves the contracts."""
