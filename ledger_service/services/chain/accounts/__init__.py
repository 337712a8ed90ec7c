"""The accounts by which a library acts on chain and pays, as they change."""
