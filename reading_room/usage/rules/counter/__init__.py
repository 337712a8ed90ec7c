"""The reports of COUNTER's Code of Practice 5.1.1 and its API, by their own names.

Restated from the Code and the OpenAPI description that COUNTER Metrics publishes (CC BY 4.0,
https://cop5.countermetrics.org/).
"""
