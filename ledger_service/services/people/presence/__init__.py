"""Who is present somewhere, told between the processes of one library (docs/adr/0160)."""
