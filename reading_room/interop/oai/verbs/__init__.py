"""What the verbs of OAI-PMH answer."""
