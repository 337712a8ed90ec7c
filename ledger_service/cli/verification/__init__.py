"""Commands: verdicts, receipts and evidence of absence."""
