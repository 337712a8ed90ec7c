"""`python -m ledger_service` is the `muhr` command."""

from ledger_service.cli import main

if __name__ == "__main__":
    main(prog_name="muhr")
