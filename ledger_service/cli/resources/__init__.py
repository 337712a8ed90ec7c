"""Commands: resources, their changes and licenses."""
