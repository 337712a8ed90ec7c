"""What is true of projects, whoever keeps them."""
