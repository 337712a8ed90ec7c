"""What is true of halls: their manifests, the models that they place, and what is done in a laboratory."""
