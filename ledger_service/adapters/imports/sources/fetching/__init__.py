"""Files of harvested records: who may be asked, what is linked, and how it is fetched."""
