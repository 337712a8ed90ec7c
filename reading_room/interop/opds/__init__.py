"""The catalog for reading apps: OPDS 2.0, Authentication for OPDS 1.0, and manifests of Readium."""
