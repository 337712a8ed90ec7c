"""Import jobs and the lines of their reports."""
