"""Resources are taken out, with the evidence on them."""
