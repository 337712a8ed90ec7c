"""The story of a consortium, a part in each module: what is done, and each outcome looked up."""
