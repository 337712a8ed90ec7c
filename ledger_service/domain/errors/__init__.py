"""The one error tree of Muhr; every failure a caller can meet is a leaf of it.

    LedgerError
    ├── InvalidInput        the request must change         422 (413 and 415 where HTTP has a word)
    ├── NotPermitted        the caller lacks the right      403 (401 without a valid token)
    ├── NotFound            the name means nothing here     404
    ├── Conflict            the state has moved on          409
    ├── Unavailable         nobody's fault: wait            503 with Retry-After
    ├── StorageFull         the operator must add space     507
    └── VerificationError   evidence does not hold          500 inside the service; a finding in a verifier

A leaf's slug is its class name in kebab case and names its page in docs/problems.md. Errors that a
contract can raise have a twin of the same name, here or in chain_errors.py (held by
tests/unit/test_house_rules.py).
"""

from ledger_service.domain.errors.conflict import *  # noqa: F403
from ledger_service.domain.errors.invalid_input import *  # noqa: F403
from ledger_service.domain.errors.ledger_error import *  # noqa: F403
from ledger_service.domain.errors.not_found import *  # noqa: F403
from ledger_service.domain.errors.not_permitted import *  # noqa: F403
from ledger_service.domain.errors.storage_full import *  # noqa: F403
from ledger_service.domain.errors.unavailable import *  # noqa: F403
from ledger_service.domain.errors.verification_error import *  # noqa: F403
