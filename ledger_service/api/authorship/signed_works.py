"""Routes by which anybody sees which authors signed a work, and fetches the proof."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from ledger_service.api.callers import InLibrary, needs
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import Hex32, Shape, bytes_of
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.authorship.show_signed import SignedWork, signed_works, statement_file

router = APIRouter(tags=["authors"], route_class=JsonRoute)
NamedDigest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class SignedAuthorShape(Shape):
    """An author. name: null where they were erased; roles: of CRediT, as URIs; share: in thousandths.

    by: `key` of an account, `contract` or `passkey`; signature: whether it `holds`, `fails`, or was
    `not-checked`, since only the chain of a contract can tell.
    """

    name: str | None
    roles: list[str]
    share: int | None
    by: str
    signed_at: int
    signature: str


class SignedWorkShape(Shape):
    """A statement that all authors of a work signed. statement: its digest, which `entry` attests.

    signed_by_all: every signature was checked just now and holds. accepted: a registrar accepted that these
    are the authors; without that it is their own word.
    """

    statement: Hex32
    entry: int
    title: str
    authors: list[SignedAuthorShape]
    signed_by_all: bool
    accepted: bool

    @classmethod
    def of(cls, work: SignedWork) -> SignedWorkShape:
        told = zip(
            work.signed.statement.authors,
            work.signed.signatures,
            work.names,
            work.states,
            strict=True,
        )
        return cls(
            statement=work.digest.hex(),
            entry=work.entry,
            title=work.signed.statement.title,
            authors=[
                SignedAuthorShape(
                    name=None if name is None else name.text,
                    roles=[role.uri for role in author.roles],
                    share=author.share,
                    by=signature.by.value,
                    signed_at=signature.at,
                    signature=state.value,
                )
                for author, signature, name, state in told
            ],
            signed_by_all=work.is_signed_by_all,
            accepted=work.is_accepted,
        )


@router.get(
    "/resources/{digest}/authors",
    response_model=list[SignedWorkShape],
    openapi_extra=needs(Permission.RESOURCE_READ),
)
def authors(library: InLibrary, digest: NamedDigest) -> list[SignedWorkShape]:
    """List what all authors of a work signed, oldest first; the work need not be registered."""
    return [SignedWorkShape.of(work) for work in signed_works(library, Digest.parse(digest))]


@router.get(
    "/statements/{digest}",
    response_class=Response,
    responses={200: bytes_of("application/json")},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
def statement(library: InLibrary, digest: NamedDigest) -> Response:
    """Return a signed statement by the digest that the ledger attests: a file that is checked offline.

    Its form is in docs/formats.md §19.
    """
    data = statement_file(library, Digest.parse(digest)).format()
    headers = {"Content-Disposition": f'attachment; filename="muhr-authors-{digest[:16]}.json"'}
    return Response(data, media_type="application/json", headers=headers)
