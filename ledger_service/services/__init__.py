"""Verbs: one module for each thing that a person or the worker does."""
