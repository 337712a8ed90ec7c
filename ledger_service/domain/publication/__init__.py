"""How a ledger is shown to others: witnesses, their policy, and the verifiable map."""
