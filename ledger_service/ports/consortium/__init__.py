"""Ports of a consortium."""
