"""What entries of kind `attested` hold a digest of, fetched and checked again."""
