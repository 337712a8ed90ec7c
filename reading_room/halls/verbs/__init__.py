"""What people do with halls: keep them, walk in, take a book, and hand in what they did."""
