"""Commands of a consortium's council, and for a library that joins one."""
