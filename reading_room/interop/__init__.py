"""What other systems of libraries ask for in their own protocols, a folder for each, without tables."""
