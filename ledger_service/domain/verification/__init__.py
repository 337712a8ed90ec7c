"""What a person keeps and is told: receipts, evidence of absence, verdicts."""
