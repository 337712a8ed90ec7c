"""Models and textures that are made by code, so that a hall begins with nothing of anybody else."""
