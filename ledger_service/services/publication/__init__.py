"""Checkpoints are signed, anchored, cosigned, and mapped."""
