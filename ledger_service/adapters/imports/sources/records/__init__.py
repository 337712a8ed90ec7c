"""Records of catalogs: MARC and OAI-PMH."""
