"""Questions, votes and messages in the room's tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, update

from reading_room.events.rules.question import Question, QuestionState
from reading_room.events.sql.schema import message, question, vote

IDS_A_QUERY = 500


class SqlQuestions:
    """Implements ports.QuestionTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Question) -> Question:
        row = {key: value for key, value in _row(new).items() if key != "number"}
        added = self.find(self._inserted(question, row))
        assert added is not None  # it was added in this transaction
        return added

    def replace(self, changed: Question) -> None:
        own = question.c.number == changed.number
        self._connection.execute(update(question).where(own).values(_row(changed)))

    def find(self, number: int) -> Question | None:
        query = select(question).where(question.c.number == number)
        row = self._connection.execute(query).one_or_none()
        votes = select(func.count()).select_from(vote).where(vote.c.question == number)
        return None if row is None else _question(row, self._connection.scalar(votes) or 0)

    def of(self, event_id: str) -> list[Question]:
        counted = func.count(vote.c.place).label("votes")
        query = (
            select(question, counted)
            .outerjoin(vote, vote.c.question == question.c.number)
            .where(question.c.event == event_id)
            .group_by(*question.c)
            .order_by(question.c.number)
        )
        return [_question(row, row.votes) for row in self._connection.execute(query)]

    def count_of(self, event_id: str, place: str | None = None) -> int:
        query = select(func.count()).select_from(question).where(question.c.event == event_id)
        if place is not None:
            query = query.where(question.c.place == place)
        return self._connection.scalar(query) or 0

    def add_vote(self, number: int, place: str) -> None:
        query = select(vote).where(vote.c.question == number, vote.c.place == place)
        if self._connection.execute(query).one_or_none() is None:
            self._connection.execute(insert(vote), {"question": number, "place": place})

    def remove_vote(self, number: int, place: str) -> None:
        own = (vote.c.question == number) & (vote.c.place == place)
        self._connection.execute(delete(vote).where(own))

    def voted(self, event_id: str, place: str) -> set[int]:
        query = (
            select(vote.c.question)
            .join(question, question.c.number == vote.c.question)
            .where(question.c.event == event_id, vote.c.place == place)
        )
        return set(self._connection.scalars(query))

    def add_message(self, event_id: str, at: int, text: bytes) -> int:
        row = {"event": event_id, "at": at, "text": text}
        return self._inserted(message, row)

    def messages(self, event_id: str, limit: int) -> list[tuple[int, int, bytes]]:
        query = (
            select(message)
            .where(message.c.event == event_id)
            .order_by(message.c.number.desc())
            .limit(limit)
        )
        return [(row.number, row.at, bytes(row.text)) for row in self._connection.execute(query)]

    def of_places(self, places: Sequence[str]) -> list[Question]:
        found = []
        for at in range(0, len(places), IDS_A_QUERY):
            some = question.c.place.in_(places[at : at + IDS_A_QUERY])
            query = select(question).where(some).order_by(question.c.number)
            found += [_question(row, 0) for row in self._connection.execute(query)]
        return found

    def forget(self, places: Sequence[str]) -> None:
        for one in self.of_places(places):
            self._connection.execute(delete(vote).where(vote.c.question == one.number))
            self._connection.execute(delete(question).where(question.c.number == one.number))

    def _inserted(self, table: Table, row: dict[str, Any]) -> int:
        """Add a row, and return the number that it was given."""
        found = self._connection.execute(insert(table), row).inserted_primary_key
        assert found is not None  # one row, whose number the database gives
        return int(found[0])


def _row(one: Question) -> dict[str, Any]:
    row = {**vars(one), "state": one.state.value}
    del row["votes"]
    return row


def _question(row: Row[Any], votes: int) -> Question:
    return Question(
        number=row.number,
        event=row.event,
        place=row.place,
        at=row.at,
        state=QuestionState(row.state),
        is_named=bool(row.is_named),
        text=bytes(row.text),
        answer=None if row.answer is None else bytes(row.answer),
        votes=votes,
    )
