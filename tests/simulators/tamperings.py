"""What an operator might do to the ledger's tables, at random: one function for each kind of tampering.

Each changes at least one byte of what is public. What changes nothing public is no matter for an auditor
of chain and tiles; docs/tampering.md lists it.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.tiled_ledger import TILE_WIDTH
from tests.simulators.tampered import Operator

Tampering = Callable[[Operator], None]
KINDS: dict[str, Tampering] = {}
LEDGER_TABLES = ("bundle", "tile", "checkpoint")
HASH_BYTES = 32


def kind(tampering: Tampering) -> Tampering:
    """Count a function among the kinds, under its name."""
    KINDS[tampering.__name__.replace("_", " ")] = tampering
    return tampering


# ---- entries --------------------------------------------------------------------------------------


def rewritten(operator: Operator, bodies: list[bytes]) -> None:
    """Write the entries back, by chance with the tree that follows and a new signature."""
    tiles = operator.rng.random() < 0.75
    operator.rewrite(bodies, tiles=tiles, signs=tiles and operator.rng.random() < 0.75)


@kind
def change_a_fact_of_an_entry(operator: Operator) -> None:
    bodies = operator.bodies()
    place = operator.rng.randrange(len(bodies))
    entry = Entry.parse(bodies[place])
    name = operator.rng.choice(sorted(entry.facts))
    value = entry.facts[name]
    if isinstance(value, int):
        changed: str | int = value + operator.rng.randint(1, 1000)
    else:
        at = operator.rng.randrange(len(value) - 64 if len(value) > 64 else 0, len(value))
        digit = operator.rng.choice([digit for digit in "0123456789abcdef" if digit != value[at]])
        changed = value[:at] + digit + value[at + 1 :]
    bodies[place] = Entry(entry.kind, entry.at, {**entry.facts, name: changed}).format()
    rewritten(operator, bodies)


@kind
def change_a_byte_of_a_bundle(operator: Operator) -> None:
    start, body = operator.rng.choice(operator.run("SELECT start, body FROM bundle"))
    changed = bytearray(body)
    changed[operator.rng.randrange(len(body))] ^= 1 << operator.rng.randrange(8)
    operator.change("UPDATE bundle SET body = ? WHERE start = ?", bytes(changed), start)


@kind
def date_an_entry_back(operator: Operator) -> None:
    bodies = operator.bodies()
    place = operator.rng.randrange(len(bodies))
    entry = Entry.parse(bodies[place])
    step = 3600 if entry.kind in ("opened", "denied") else 1
    earlier = entry.at - step * operator.rng.randint(1, 10_000)
    bodies[place] = Entry(entry.kind, earlier, entry.facts).format()
    rewritten(operator, bodies)


@kind
def delete_an_entry(operator: Operator) -> None:
    bodies = operator.bodies()
    del bodies[operator.rng.randrange(len(bodies))]
    rewritten(operator, bodies)


@kind
def put_another_entry_in_its_place(operator: Operator) -> None:
    bodies = operator.bodies()
    place, other = operator.rng.sample(range(len(bodies)), 2)
    bodies[place] = bodies[other] if bodies[other] != bodies[place] else forged(operator.rng)
    rewritten(operator, bodies)


@kind
def insert_an_entry(operator: Operator) -> None:
    bodies = operator.bodies()
    bodies.insert(operator.rng.randrange(len(bodies)), forged(operator.rng))
    rewritten(operator, bodies)


@kind
def swap_two_entries(operator: Operator) -> None:
    bodies = operator.bodies()
    one, two = operator.rng.sample(range(len(bodies)), 2)
    while bodies[one] == bodies[two]:
        one, two = operator.rng.sample(range(len(bodies)), 2)
    bodies[one], bodies[two] = bodies[two], bodies[one]
    rewritten(operator, bodies)


@kind
def move_an_entry(operator: Operator) -> None:
    bodies = operator.bodies()
    before = list(bodies)
    while bodies == before:
        bodies = list(before)
        moved = bodies.pop(operator.rng.randrange(len(bodies)))
        bodies.insert(operator.rng.randrange(len(bodies) + 1), moved)
    rewritten(operator, bodies)


@kind
def cut_off_the_end(operator: Operator) -> None:
    bodies = operator.bodies()
    rewritten(operator, bodies[: operator.rng.randrange(1, len(bodies))])


@kind
def write_another_end(operator: Operator) -> None:
    bodies = operator.bodies()
    place = operator.rng.randrange(1, len(bodies))
    end = [forged(operator.rng) for _ in range(len(bodies) - place)]
    operator.rewrite(bodies[:place] + end, tiles=True, signs=True)


def forged(rng: random.Random) -> bytes:
    """Return an entry in good form that never was."""
    facts: dict[str, str | int] = {"commitment": rng.randbytes(32).hex()}
    return Entry(rng.choice(["opened", "denied"]), 3600 * rng.randint(1, 500_000), facts).format()


# ---- rows of bundles ------------------------------------------------------------------------------


@kind
def edit_a_length_in_a_bundle(operator: Operator) -> None:
    start, body = operator.rng.choice(operator.run("SELECT start, body FROM bundle"))
    lengths, at = [], 0
    while at < len(body):
        lengths.append(at)
        at += 2 + int.from_bytes(body[at : at + 2])
    at = operator.rng.choice(lengths)
    old = int.from_bytes(body[at : at + 2])
    new = operator.rng.choice([n for n in (0, 1, old - 1, old + 1, old * 2, 65_535) if n != old])
    changed = body[:at] + new.to_bytes(2) + body[at + 2 :]
    operator.change("UPDATE bundle SET body = ? WHERE start = ?", changed, start)


@kind
def cut_or_lengthen_a_bundle(operator: Operator) -> None:
    start, body = operator.rng.choice(operator.run("SELECT start, body FROM bundle"))
    if operator.rng.random() < 0.5:
        changed = body[: operator.rng.randrange(len(body))]
    else:
        changed = body + operator.rng.randbytes(operator.rng.randint(1, 600))
    operator.change("UPDATE bundle SET body = ? WHERE start = ?", changed, start)


@kind
def delete_a_bundle(operator: Operator) -> None:
    [start] = operator.rng.choice(operator.run("SELECT start FROM bundle"))
    operator.change("DELETE FROM bundle WHERE start = ?", start)


@kind
def show_one_bundle_for_another(operator: Operator) -> None:
    rows = operator.run("SELECT start, body FROM bundle")
    (start, body), (_, other) = operator.rng.sample(rows, 2)
    assert body != other
    operator.change("UPDATE bundle SET body = ? WHERE start = ?", other, start)


@kind
def say_that_a_bundle_is_narrower(operator: Operator) -> None:
    rows = operator.run("SELECT start, width FROM bundle")
    start, width = operator.rng.choice(rows)
    less = operator.rng.randrange(width)
    operator.change("UPDATE bundle SET width = ? WHERE start = ?", less, start)


# ---- tiles ----------------------------------------------------------------------------------------


def public_hashes(operator: Operator) -> list[tuple[int, int, bytes, int]]:
    """Return level, number, row and how many of its hashes are public, of each row of tiles."""
    size = len(operator.bodies())
    return [
        (level, number, row, min(TILE_WIDTH, (size >> 8 * level) - number * TILE_WIDTH))
        for level, number, row in operator.run("SELECT level, number, hashes FROM tile")
    ]


def put(operator: Operator, level: int, number: int, row: bytes) -> None:
    operator.change("UPDATE tile SET hashes = ? WHERE level = ? AND number = ?", row, level, number)


@kind
def change_a_hash(operator: Operator) -> None:
    level, number, row, width = operator.rng.choice(public_hashes(operator))
    changed = bytearray(row)
    changed[operator.rng.randrange(width * HASH_BYTES)] ^= 1 << operator.rng.randrange(8)
    put(operator, level, number, bytes(changed))


@kind
def erase_a_hash(operator: Operator) -> None:
    level, number, row, width = operator.rng.choice(public_hashes(operator))
    at = HASH_BYTES * operator.rng.randrange(width)
    put(operator, level, number, row[:at] + bytes(HASH_BYTES) + row[at + HASH_BYTES :])


@kind
def swap_two_hashes(operator: Operator) -> None:
    wide = [item for item in public_hashes(operator) if item[3] > 1]
    level, number, row, width = operator.rng.choice(wide)
    hashes = [row[at : at + HASH_BYTES] for at in range(0, len(row), HASH_BYTES)]
    one, two = operator.rng.sample(range(width), 2)
    while hashes[one] == hashes[two]:
        one, two = operator.rng.sample(range(width), 2)
    hashes[one], hashes[two] = hashes[two], hashes[one]
    put(operator, level, number, b"".join(hashes))


@kind
def cut_a_tile(operator: Operator) -> None:
    level, number, row, width = operator.rng.choice(public_hashes(operator))
    put(operator, level, number, row[: operator.rng.randrange(width * HASH_BYTES)])


@kind
def delete_a_tile(operator: Operator) -> None:
    level, number, _, _ = operator.rng.choice(public_hashes(operator))
    operator.change("DELETE FROM tile WHERE level = ? AND number = ?", level, number)


# ---- checkpoints and copies -----------------------------------------------------------------------


def newest(operator: Operator) -> tuple[int, str]:
    [row] = operator.run(
        "SELECT size, note FROM checkpoint WHERE note IS NOT NULL ORDER BY size DESC LIMIT 1"
    )
    return row[0], row[1]


@kind
def edit_the_checkpoint(operator: Operator) -> None:
    size, note = newest(operator)
    at = operator.rng.randrange(len(note))
    letters = [letter for letter in "0123456789ABCdef+/=\n \u2014-\r\0" if letter != note[at]]
    changed = note[:at] + operator.rng.choice(letters) + note[at + 1 :]
    operator.change("UPDATE checkpoint SET note = ? WHERE size = ?", changed, size)


@kind
def cut_the_checkpoint(operator: Operator) -> None:
    size, note = newest(operator)
    changed = note[: operator.rng.randrange(1, len(note))]
    operator.change("UPDATE checkpoint SET note = ? WHERE size = ?", changed, size)


@kind
def show_an_older_checkpoint(operator: Operator) -> None:
    sizes = [row[0] for row in operator.run("SELECT size FROM checkpoint ORDER BY size")]
    above = operator.rng.choice(sizes[:-1])
    how = operator.rng.choice(["DELETE FROM checkpoint", "UPDATE checkpoint SET note = NULL"])
    operator.change(f"{how} WHERE size > ?", above)


@kind
def put_an_older_note_under_the_newest(operator: Operator) -> None:
    size, _ = newest(operator)
    notes = operator.run("SELECT note FROM checkpoint WHERE size < ?", size)
    [note] = operator.rng.choice(notes)
    operator.change("UPDATE checkpoint SET note = ? WHERE size = ?", note, size)


@kind
def say_that_the_checkpoint_is_smaller(operator: Operator) -> None:
    [(second,)] = operator.run("SELECT size FROM checkpoint ORDER BY size DESC LIMIT 1 OFFSET 1")
    size, _ = newest(operator)
    less = operator.rng.randrange(second + 1, size)
    operator.change("UPDATE checkpoint SET size = ? WHERE size = ?", less, size)


@kind
def restore_an_old_copy(operator: Operator) -> None:
    operator.restore(operator.rng.choice(operator.lived.older))


@kind
def restore_some_tables_of_an_old_copy(operator: Operator) -> None:
    count = operator.rng.randint(1, len(LEDGER_TABLES))
    tables = tuple(operator.rng.sample(LEDGER_TABLES, count))
    operator.restore(operator.rng.choice(operator.lived.older), tables)


@kind
def go_on_from_an_old_copy_another_way(operator: Operator) -> None:
    size = len(operator.bodies())
    operator.restore(operator.rng.choice(operator.lived.older), LEDGER_TABLES)
    bodies = operator.bodies()
    more = operator.rng.randint(1, size - len(bodies) + 50)
    bodies += [forged(operator.rng) for _ in range(more)]
    operator.rewrite(bodies, tiles=True, signs=True)


# ---- what is said of resources ----------------------------------------------------------------------


@kind
def change_a_title_or_author(operator: Operator) -> None:
    entry, title = operator.rng.choice(
        operator.run("SELECT accepted_entry, title FROM registration")
    )
    name = operator.rng.choice(["title", "creator", "language", "media_type"])
    changed = {"title": f"{title} ", "language": "uz", "media_type": "text/html"}.get(name, "A. N.")
    operator.change(f"UPDATE registration SET {name} = ? WHERE accepted_entry = ?", changed, entry)


@kind
def change_a_size_or_a_license(operator: Operator) -> None:
    [[entry]] = operator.run("SELECT accepted_entry FROM registration ORDER BY random() LIMIT 1")
    change = operator.rng.choice(
        ["size_bytes = size_bytes + 1", "license = zeroblob(32)", "accepted_entry = 1000000"]
    )
    operator.change(f"UPDATE registration SET {change} WHERE accepted_entry = ?", entry)


@kind
def swap_two_titles(operator: Operator) -> None:
    rows = operator.run("SELECT accepted_entry, title FROM registration")
    (one, title), (other, another) = operator.rng.sample(rows, 2)
    for entry, told in ((one, another), (other, title)):
        operator.change("UPDATE registration SET title = ? WHERE accepted_entry = ?", told, entry)
