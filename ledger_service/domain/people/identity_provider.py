"""A university whose accounts sign people in here: its OpenID provider, and which roles it can give."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger_service.domain.errors import InvalidProvider
from ledger_service.domain.people.affiliation import RoleRule
from ledger_service.domain.people.caller import Role

OPENID = "openid"
LONGEST_NAME = 32  # characters
LONGEST_TITLE = 80
LONGEST_ISSUER = 200
LONGEST_CLIENT_ID = 200
MOST_RULES = 50
MOST_SCOPES = 10
_NAME = re.compile(rf"[a-z0-9](?:[a-z0-9-]{{0,{LONGEST_NAME - 1}}})")
_SCOPE = re.compile(r"[!#-\[\]-~]{1,80}")  # source: RFC 6749 §3.3


@dataclass(frozen=True)
class IdentityProvider:
    """name: in addresses; title: as people are shown it; issuer: its URL, exactly as it names itself.

    default: the role of those whom no rule fits; None: they are not let in.
    """

    name: str
    title: str
    issuer: str
    client_id: str
    scopes: tuple[str, ...] = (OPENID,)
    rules: tuple[RoleRule, ...] = ()
    default: Role | None = Role.READER


def check_provider(provider: IdentityProvider) -> None:
    """Check all but the issuer's address; raise InvalidProvider otherwise."""
    if _NAME.fullmatch(provider.name) is None:
        raise InvalidProvider("name", name=provider.name[:80])
    title, identifier = provider.title, provider.client_id
    if not title.isprintable() or title != title.strip() or not 1 <= len(title) <= LONGEST_TITLE:
        raise InvalidProvider("title", longest=LONGEST_TITLE)
    if not identifier.isascii() or not identifier.isprintable():
        raise InvalidProvider("client", longest=LONGEST_CLIENT_ID)
    if not 1 <= len(identifier) <= LONGEST_CLIENT_ID:
        raise InvalidProvider("client", longest=LONGEST_CLIENT_ID)
    if not all(_SCOPE.fullmatch(scope) for scope in provider.scopes):
        raise InvalidProvider("scope")
    if len(provider.rules) > MOST_RULES or len(provider.scopes) > MOST_SCOPES:
        raise InvalidProvider("too-many", rules=MOST_RULES, scopes=MOST_SCOPES)
    if provider.default not in (None, Role.READER):
        # Everybody whom the university lets in would be of the library's staff.
        raise InvalidProvider("default", role=str(provider.default))


def answer_path(name: str) -> str:
    """Return the path, at this library, to which the provider of this name sends its answers."""
    return f"/sign-in/university/{name}/answer"
