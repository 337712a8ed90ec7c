"""What is true of annotations: their form, where they belong, and who is shown them; without I/O."""
