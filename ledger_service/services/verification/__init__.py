"""Verdicts, receipts and evidence of absence are made and checked."""
