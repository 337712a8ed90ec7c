"""What people do at the desk."""
