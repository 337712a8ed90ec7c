"""What the services need of the outside, as Protocols, and the rows that these hand over."""
