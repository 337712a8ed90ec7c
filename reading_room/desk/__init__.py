"""Where the library's people work: take in, correct, lend, import; and where auditors look."""
