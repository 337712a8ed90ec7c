"""A served library under a mixed load, with a fault now and then: `python -m scripts.faults --help`.

`people` use the library, `kinds` are the faults, `tally` counts how they were answered, and `afterwards`
says what was lost. Only what people have is used: the HTTP API and the command `muhr`.
"""
