"""Another university's ledger, copied here: shown, searched by digest, and served to whoever checks it."""
