"""What is true of a search in all libraries of a consortium, without asking anybody."""
