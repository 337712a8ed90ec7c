"""What other systems of libraries ask, measured."""
