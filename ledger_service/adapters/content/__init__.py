"""The block store behind the content port."""
