"""What an auditor reads of a service."""
