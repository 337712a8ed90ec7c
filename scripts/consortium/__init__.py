"""Universities of one consortium as real processes on this machine: founded, joined and served by `muhr`."""
