"""Pages about the library's people, below /desk/people: colleagues, auditors' cases, and who did what."""
