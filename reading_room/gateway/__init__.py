"""Open content for IPFS clients, block by block or as CARs, as trustless gateways answer them."""
