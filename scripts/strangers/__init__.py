"""What strangers send: bad inputs by the thousand, drawn by a seed, and what must hold after each.

`values` has what is bad, `trials` tries cases and makes a failing one smaller, `ground` is the library that
is tried, and `state` tells whether a refusal changed it. Each surface is a module: `requests` of the API,
`commands` of the command line, `evidence` of the verifiers in Python and JavaScript. `generated` has
schemathesis go over the OpenAPI document.

    python -m scripts.strangers --count 10000 --seed 1
    python -m scripts.strangers.generated build/env/schemathesis/bin/schemathesis --count 3000 --seed 1

Both end with one line of JSON, which is kept for the report, and with status 1 if a case failed.
"""
