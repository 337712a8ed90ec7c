"""Credentials are issued, shown, checked and revoked."""
