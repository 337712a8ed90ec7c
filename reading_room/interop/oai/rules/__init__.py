"""What is true of OAI-PMH: arguments, names, tokens, and answers as XML. No I/O, and no clock."""
