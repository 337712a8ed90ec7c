"""Open Distribution to Libraries 1.0: other libraries, such as those that run Palace, lend from this one.

Our grant is their loan, and its status document (Readium LSD 1.0) says how it is on chain.
"""
