"""What a served library bears, and what it costs when nobody asks."""
