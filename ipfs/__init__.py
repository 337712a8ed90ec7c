"""CIDs, UnixFS files in profile unixfs-v1-2025, and block stores. Standard library only.

Public names: ipfs.cid (Cid, RAW, DAG_PB), ipfs.unixfs (FileBuilder, read_file, file_size),
ipfs.car (write_car, read_header, read_blocks),
ipfs.protocols (BlockStore, Staging), ipfs.block_store (FileBlockStore), ipfs.copies (Copies),
ipfs.errors.
"""
