"""All is audited; then one member's database is falsified, and the audit names it."""

from __future__ import annotations

import sqlite3

from scripts.consortium.command import Ended
from scripts.consortium.story.scene import Scene
from scripts.consortium.university import University


def audit(scene: Scene) -> None:
    """Let an auditor recompute every ledger, and find all that was acknowledged."""
    say = scene.telling
    say.heading("An auditor recomputes all")
    for member in scene.members:
        say.until(member.at_rest, f"{member.name} is at rest, and its ledger anchored")
        for digest in scene.acknowledged.get(member.name, []):
            member.registered(digest)
        count = len(scene.acknowledged.get(member.name, []))
        say.check(True, f"{member.name} has all {count} books that it acknowledged")
    third = scene.members[2]
    say.check(_audited(third).status == 0, f"the audit of {third.name} finds nothing")


def falsify(scene: Scene) -> None:
    """Change one word of an entry in one member's database, as its operator could."""
    say, liar = scene.telling, scene.members[2]
    say.heading(f"Somebody changes an entry in the database of {liar.name.title()}")
    with sqlite3.connect(liar.home / "muhr.db", timeout=30) as database:
        start, body = database.execute(
            "SELECT start, body FROM bundle ORDER BY start LIMIT 1"
        ).fetchone()
        changed = bytes(body).replace(b'"kind":"steward"', b'"kind":"stewarb"', 1)
        assert changed != bytes(body)
        database.execute("UPDATE bundle SET body = ? WHERE start = ?", (changed, start))
    for member in scene.members:
        ended = _audited(member)
        if member is liar:
            say.check(ended.status == 1, f"the audit of {member.name} finds it")
            say.done(_first_finding(ended))
        else:
            say.check(ended.status == 0, f"the audit of {member.name} finds nothing")


def _audited(member: University) -> Ended:
    return member.run("audit", "--token-file", member.home / "tokens" / "auditor", expect=None)


def _first_finding(ended: Ended) -> str:
    said = [line for line in (ended.out + ended.err).splitlines() if line.strip()]
    return next((line.strip() for line in said if "✗" in line or "finding" in line), said[-1])
