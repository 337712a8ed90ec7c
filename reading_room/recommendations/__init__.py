"""What is near to a resource: by what is catalogued, and by counts of readers that tell of nobody."""
