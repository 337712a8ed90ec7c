"""How a work is told in IIIF Presentation 3 and Content Search 2; without I/O."""
