"""Who may do what: the one place that decides, and says why.

`listed` has the permissions, `held` which role holds which, `about` what a decision is about, and
`policy` decides. Verbs, routes and pages ask here and nowhere else. docs/permissions.md is made from it.
"""

from ledger_service.domain.people.permission.about import WHATEVER, Decision, Reach, Thing
from ledger_service.domain.people.permission.held import ENDS, GIVES, HELD, roles_with
from ledger_service.domain.people.permission.listed import OWN, PUBLIC, Permission
from ledger_service.domain.people.permission.policy import (
    check_permitted,
    decide,
    holds,
    reach,
    reaches,
    roles_ended_by,
    sees,
)

__all__ = [
    "ENDS",
    "GIVES",
    "HELD",
    "OWN",
    "PUBLIC",
    "WHATEVER",
    "Decision",
    "Permission",
    "Reach",
    "Thing",
    "check_permitted",
    "decide",
    "holds",
    "reach",
    "reaches",
    "roles_ended_by",
    "roles_with",
    "sees",
]
