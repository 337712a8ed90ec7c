"""What a license permits, for machines: policies in W3C ODRL 2.2, and what a license on chain commits to."""
