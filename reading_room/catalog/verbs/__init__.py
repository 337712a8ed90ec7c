"""What a person does in the catalog: see a resource with its history, and who and what belongs together."""
