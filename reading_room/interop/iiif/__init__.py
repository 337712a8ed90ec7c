"""What is open is looked at in viewers of others: manifests, collections and search in a book, by IIIF."""
