"""What people do with annotations: write, read, take back, and hide those of others."""
