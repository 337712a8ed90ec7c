"""How providers of accounts are spoken to (OpenID Connect)."""
