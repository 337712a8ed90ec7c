"""Jobs for the chain, and the index of its events."""
