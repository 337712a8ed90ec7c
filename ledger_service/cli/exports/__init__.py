"""Commands: resources that leave, and CARs that come."""
