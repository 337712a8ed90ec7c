"""The keys of projects and papers: each is wrapped by the library's keeper, bound to what it is of."""

from __future__ import annotations

from ledger_service.domain.content.sealing import small_bound_to
from ledger_service.services.content.seal_small import SmallKey, new_small_key, open_small_key
from ledger_service.services.library import Library
from reading_room.together.ports import KeptProject
from reading_room.together.rules.project import PaperId, ProjectId

TITLE = "title of a project"
MEMBER_NAME = "name of a member"
PAPER_TITLE = "title of a paper"
INVITED = "who is invited"
FILE_NAME = "name of a file"
FILE_KEY = "key of a file"
FILE_ABOUT = "what a file is"
"""What is sealed under a project's key."""


def project_bound_to(library: Library, project: ProjectId) -> bytes:
    """Return what the wrap of a project's key is bound to."""
    return small_bound_to(library.key.name, "project", project)


def paper_bound_to(library: Library, paper: PaperId) -> bytes:
    """Return what the wrap of a paper's key is bound to; what is written in a paper is sealed under it."""
    return small_bound_to(library.key.name, "paper", paper)


def new_project_key(library: Library, project: ProjectId) -> bytes:
    """Return a new key of a project, wrapped; raise ContentKeyUnavailable."""
    return new_small_key(library.keeper, project_bound_to(library, project))


def new_paper_key(library: Library, paper: PaperId) -> bytes:
    """Return a new key of a paper, wrapped; raise ContentKeyUnavailable."""
    return new_small_key(library.keeper, paper_bound_to(library, paper))


def open_project_key(library: Library, kept: KeptProject) -> SmallKey:
    """Return a project's key; raise ContentKeyUnavailable, ContentKeyWrong."""
    return open_small_key(library.keeper, kept.key, project_bound_to(library, kept.id))


def open_paper_key(library: Library, paper: PaperId, wrapped_key: bytes) -> SmallKey:
    """Return a paper's key; raise ContentKeyUnavailable, ContentKeyWrong."""
    return open_small_key(library.keeper, wrapped_key, paper_bound_to(library, paper))
