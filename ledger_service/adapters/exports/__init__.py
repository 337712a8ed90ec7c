"""The forms in which resources leave: CARs, bags and OCFL objects."""
