"""The name means nothing here."""

from __future__ import annotations

from ledger_service.domain.errors.ledger_error import LedgerError


class NotFound(LedgerError):
    """Not found."""


class RouteNotFound(NotFound):
    """No such address in this API."""


class ResourceNotFound(NotFound):
    """Resource is not registered."""


class ResourceGone(NotFound):
    """The library took its word for the resource back."""


class RecommendationsNotFound(NotFound):
    """No run of recommendations has told this."""


class MirrorNotFound(NotFound):
    """No such ledger is mirrored here."""


class RequestNotFound(NotFound):
    """Request is not known."""


class GrantNotFound(NotFound):
    """Grant is not known."""


class CohortNotFound(NotFound):
    """Cohort is not known."""


class CredentialNotFound(NotFound):
    """Credential is not known here."""


class CaseNotFound(NotFound):
    """Case is not known."""


class ColleagueNotFound(NotFound):
    """No colleague of this number has a role."""


class EntryNotFound(NotFound):
    """Entry is not in the ledger."""


class LogNotKnown(NotFound):
    """Witness does not know this ledger."""


class IntentNotFound(NotFound):
    """Signed intent is not known here."""


class ImportNotFound(NotFound):
    """Import is not known here."""


class AuditNotFound(NotFound):
    """There was no such audit."""


class FixityRunNotFound(NotFound):
    """There was no such check."""


class BlockNotServed(NotFound):
    """Block is of no open content here."""


class MediaNotFound(NotFound):
    """What the file is was not found out."""


class BookPartNotFound(NotFound):
    """The book has no such part."""


class NotificationNotFound(NotFound):
    """There is no such notification."""


class PeerNotFound(NotFound):
    """No service is known under this name."""


class HallNotFound(NotFound):
    """No such hall or laboratory."""


class HookNotFound(NotFound):
    """Nobody is told under this name."""


class UsageMonthNotFound(NotFound):
    """There are no totals of this month, or not yet. Details: month."""


class UsageHourNotFound(NotFound):
    """There is no table of such an hour."""


class EventNotFound(NotFound):
    """There is no such event, or it is not announced. Details: name."""


class PlaceNotFound(NotFound):
    """There is no such place at an event, or it is somebody else's. Details: name."""


class QuestionNotFound(NotFound):
    """Nobody asked this at the event. Details: number."""


class AnnotationNotFound(NotFound):
    """There is no such annotation, or whoever asks may not see it."""


class NotOnShelf(NotFound):
    """The resource does not stand on the shelf."""


class TokenNotFound(NotFound):
    """Token is not known here."""


class OpeningNotFound(NotFound):
    """Opening is not known or has ended."""


class TileNotFound(NotFound):
    """Tile is not in the published ledger."""


class CheckpointNotFound(NotFound):
    """No checkpoint yet."""


class ContentNotFound(NotFound):
    """Content is not in the store."""


class ProviderNotFound(NotFound):
    """Accounts of this provider do not sign in here."""


class InvitationNotFound(NotFound):
    """Link does not hold any more."""


class LoanNotFound(NotFound):
    """No loan has this address."""


class ProjectNotFound(NotFound):
    """There is no such project for you."""


class ProjectPartNotFound(NotFound):
    """There is no such thing in the project."""


class ReviewNotFound(NotFound):
    """No report or endorsement has this name, or it is not open."""


class StatementNotFound(NotFound):
    """No statement of authors has this name, or not for this person."""


class NoProposal(NotFound):
    """The council has no such proposal."""


class NoConsortium(NotFound):
    """This library is a member of no consortium."""


class MemberNotFound(NotFound):
    """No such member of the consortium is known here."""


class CopyNotKept(NotFound):
    """This library keeps no copy of the work."""
