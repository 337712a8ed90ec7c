"""What the services need of credentials."""
