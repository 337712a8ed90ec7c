"""Test vectors, made by implementations that are not the ones they test."""
