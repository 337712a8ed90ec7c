"""Projects, and papers that several people write together."""
