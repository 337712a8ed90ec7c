"""Works that their authors signed: one statement, who contributed what, and everybody's signature."""
