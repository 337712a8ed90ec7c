"""What a file is, by its content: its type, its extent, its words, and a cover to show for it."""
