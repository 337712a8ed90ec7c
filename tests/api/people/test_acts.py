"""What colleagues did, over the API: their own to registrars, without names to auditors."""

from __future__ import annotations


def test_each_registrar_sees_their_own_acts_and_an_auditor_sees_them_by_number(
    library, auditor, fresh_bytes, problem
) -> None:
    digest = library.register()["digest"]
    with library.client("registrar", "gulnora") as gulnora:
        assert gulnora.get("/acts").json()["items"] == []
        reason = {"reason": "error"}
        assert gulnora.post(f"/resources/{digest}/withdrawal", json=reason).status_code == 202
        [act] = gulnora.get("/acts", params={"about": digest}).json()["items"]
        assert (act["holder"], act["act"], act["about"]) == ("gulnora", "withdrawn", digest)
        assert (act["first_entry"], act["entries"]) == (None, 0)

    found = auditor.get("/acts", params={"about": digest}).json()["items"]
    assert found[0] == {**act, "holder": None}
    assert [each["act"] for each in found] == ["withdrawn", "registered"]
    assert found[0]["colleague"] != found[1]["colleague"]
    entry = found[1]["first_entry"]
    assert auditor.get("/acts", params={"entry": entry}).json()["items"] == [found[1]]
    problem(auditor.get("/acts", params={"holder": "gulnora"}), 403, "role-not-held")
    problem(auditor.get("/acts", params={"kind": "slept"}), 422, "invalid-input")


def test_no_entry_and_no_event_names_a_colleague(library) -> None:
    library.register()
    library.anchored()
    assert "the registrar" not in "".join(library.entries())
    assert "the registrar" not in str(library.chain_events())
