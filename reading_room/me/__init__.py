"""A person's own place: what the library has for whoever is signed in, and the frame of those pages."""
