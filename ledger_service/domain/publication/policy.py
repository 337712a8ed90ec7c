"""The policy: which logs and witnesses count, and how many must have signed, as C2SP tlog-policy has it.

A file of lines that anyone may write for themselves: the operator's names the witnesses to ask, an
auditor's says what is enough. Names are octets, kept as text with surrogate escapes. Normative text:
docs/formats.md §15.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidCheckpointSignature,
    InvalidPolicy,
    QuorumNotMet,
)
from ledger_service.domain.ledger.checkpoint import (
    Checkpoint,
    CheckSignature,
    VerifierKey,
    open_checkpoint,
    parse_note,
)
from ledger_service.domain.publication.cosignature import (
    WitnessKey,
    cosignatures_of,
    is_of_unread_type,
)

LARGEST_POLICY_BYTES = 65_536
MOST_OF_A_KIND = 64  # logs, witnesses, groups
NO_QUORUM = "none"
_Item = TypeVar("_Item")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


@dataclass(frozen=True)
class Log:
    """A log whose checkpoints count; the key's name is the origin. url: where to reach it, or None."""

    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True)
class Witness:
    """A witness. name: within the policy only; url: its submission prefix, or None."""

    name: str
    key: WitnessKey
    url: str | None = None


@dataclass(frozen=True)
class UnreadWitness:
    """A witness whose key is of a type that is not checked here, such as ML-DSA-44: it never counts."""

    name: str
    vkey: str
    url: str | None = None


@dataclass(frozen=True)
class Group:
    """Counts as witness when at least `threshold` of its members do; members may be groups."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """quorum: the name of a witness or group, or `none`."""

    logs: tuple[Log, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = NO_QUORUM
    unread: tuple[UnreadWitness, ...] = ()

    def format(self) -> bytes:
        """Return the policy file; inverse of `parse`."""
        lines = [
            *(["log", log.key.format(), log.url or ""] for log in self.logs),
            *(["witness", item.name, item.key.format(), item.url or ""] for item in self.witnesses),
            *(["witness", item.name, item.vkey, item.url or ""] for item in self.unread),
            *(["group", item.name, str(item.threshold), *item.members] for item in self.groups),
            ["quorum", self.quorum],
        ]
        text = "".join(" ".join(filter(None, line)) + "\n" for line in lines)
        return text.encode("utf-8", "surrogateescape")

    @classmethod
    def parse(cls, data: bytes) -> Policy:
        """Return the policy of a file's bytes; raise InvalidPolicy, which names the line."""
        if len(data) > LARGEST_POLICY_BYTES:
            raise InvalidPolicy("too-long", most=LARGEST_POLICY_BYTES)
        if any((byte < 0x20 and byte not in b"\t\n") or byte == 0x7F for byte in data):
            raise InvalidPolicy("control-characters")
        reader = _Reader()
        lines = data.decode("utf-8", "surrogateescape").split("\n")
        for number, line in enumerate(lines, 1):
            words = line.replace("\t", " ").split(" ")
            words = [word for word in words if word]
            if not words or words[0].startswith("#"):
                continue
            try:
                reader.read(words)
            except (InvalidPolicy, InvalidCheckpoint) as exc:
                raise InvalidPolicy("line", line=number, cause=exc.reason) from exc
        if reader.quorum is None:
            raise InvalidPolicy("quorum")
        return cls(
            tuple(reader.logs),
            tuple(reader.witnesses),
            tuple(reader.groups),
            reader.quorum,
            tuple(reader.unread),
        )

    def is_met_by(self, names: Collection[str]) -> bool:
        """Return whether the quorum is met if just the witnesses of these names have cosigned."""
        counted = {witness.name for witness in self.witnesses} & set(names)
        for group in self.groups:  # a group stands after its members
            if len(counted.intersection(group.members)) >= group.threshold:
                counted.add(group.name)
        return self.quorum == NO_QUORUM or self.quorum in counted

    def check(self, note: str, check_signature: CheckSignature) -> Checkpoint:
        """Return the checkpoint of a note that one of the logs signed and enough witnesses cosigned.

        Raises:
            InvalidCheckpoint: not a checkpoint, or its origin is of no log of this policy.
            InvalidCheckpointSignature: not signed by its log, or a known signature does not hold.
            QuorumNotMet: too few of the witnesses that count.
        """
        origin = Checkpoint.parse(parse_note(note).text).origin
        log = next((log for log in self.logs if log.key.name == origin), None)
        if log is None:
            raise InvalidCheckpointSignature("log-not-in-policy", origin=origin)
        checkpoint = open_checkpoint(note, log.key, check_signature)
        keys = [witness.key for witness in self.witnesses]
        held = {item.key for item in cosignatures_of(note, keys, check_signature)}
        names = [witness.name for witness in self.witnesses if witness.key in held]
        if not self.is_met_by(names):
            if not names:
                raise QuorumNotMet("nobody", quorum=self.quorum)
            raise QuorumNotMet("some", quorum=self.quorum, witnesses=", ".join(names))
        return checkpoint


@dataclass
class _Reader:
    """The lines read so far; each line may refer to earlier ones only."""

    logs: list[Log] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    unread: list[UnreadWitness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str | None = None

    def read(self, words: list[str]) -> None:
        match words:
            case ["log", vkey, *rest] if len(rest) <= 1:
                self._add_log(Log(VerifierKey.parse(vkey), *rest))
            case ["witness", name, vkey, *rest] if len(rest) <= 1:
                self._add_witness(self._new(name), vkey, *rest)
            case ["group", name, threshold, _, *_]:
                self._add_group(self._new(name), threshold, tuple(words[3:]))
            case ["quorum", name] if self.quorum is None:
                if name != NO_QUORUM and name not in self._names():
                    raise InvalidPolicy("not-defined", name=name[:80])
                self.quorum = name
            case _:
                raise InvalidPolicy("line-form")

    def _add_log(self, log: Log) -> None:
        if any(log.key.public_key == other.key.public_key for other in self.logs):
            raise InvalidPolicy("log-twice")
        if any(log.key.name == other.key.name for other in self.logs):
            raise InvalidPolicy("origin-twice")
        _add(log, self.logs)

    def _add_witness(self, name: str, vkey: str, url: str | None = None) -> None:
        if is_of_unread_type(vkey):
            if any(vkey == other.vkey for other in self.unread):
                raise InvalidPolicy("witness-twice")
            _add(UnreadWitness(name, vkey, url), self.unread)
            return
        witness = Witness(name, WitnessKey.parse(vkey), url)
        if any(witness.key.public_key == other.key.public_key for other in self.witnesses):
            raise InvalidPolicy("witness-twice")
        _add(witness, self.witnesses)

    def _add_group(self, name: str, threshold: str, members: tuple[str, ...]) -> None:
        taken = set(chain.from_iterable(group.members for group in self.groups))
        for member in members:
            if member not in self._names() or member in taken:
                raise InvalidPolicy("member", name=member[:80])
            taken.add(member)
        words = {"any": 1, "all": len(members)}
        if threshold not in words and not _NUMBER.fullmatch(threshold):
            raise InvalidPolicy("group-count")
        least = words.get(threshold) or int(threshold)
        if least > len(members):
            raise InvalidPolicy("never-met", least=least, members=len(members))
        _add(Group(name, least, members), self.groups)

    def _names(self) -> set[str]:
        witnesses = {item.name for item in self.witnesses} | {item.name for item in self.unread}
        return witnesses | {item.name for item in self.groups}

    def _new(self, name: str) -> str:
        if name == NO_QUORUM or name in self._names():
            raise InvalidPolicy("name-taken", name=name[:80])
        return name


def _add(item: _Item, items: list[_Item]) -> None:
    if len(items) >= MOST_OF_A_KIND:
        raise InvalidPolicy("too-many", most=MOST_OF_A_KIND)
    items.append(item)
