"""How content is named: CIDs as text."""
