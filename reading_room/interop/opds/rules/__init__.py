"""What is true of feeds, documents of authentication and manifests, without I/O."""
