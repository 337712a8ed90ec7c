"""Other members of a consortium, as their services answer; and our own keys as they speak for us."""
