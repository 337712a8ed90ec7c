"""Two people write one paper in two browsers: at once, apart, and together again."""

from __future__ import annotations

import time

from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import Shelf
from tests.browser.together.conftest import Desk, Writer

EDITS = 200
RANDOM_EDITS = """
let seed = given[0];
const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
for (let count = 0; count < given[1]; count += 1) {
  const length = view.state.doc.length;
  const from = random(length + 1);
  const to = random(4) ? from : Math.min(length, from + random(6));
  const insert = to > from ? "" : ["а", "б", "oʻ", "漢", " ", "\\n"][random(6)] + random(10);
  view.dispatch({ changes: { from, to, insert }, userEvent: "input" });
}
"""


def same(desk: Desk) -> str:
    """Return the text, once both have the same and the library has it."""
    both = (desk.one, desk.other)
    for writer in both:
        writer.wait_for_state("saved")
    desk.one.wait_for(lambda: desk.one.paper_text() == desk.other.paper_text())
    return desk.one.paper_text()


def test_what_two_write_at_once_and_apart_is_one_text(desk: Desk) -> None:
    one, other = desk.one, desk.other
    one.type("# Xamsa\n\nFirst line\n")
    other.wait_for(lambda: other.paper_text().startswith("# Xamsa\n\nFirst line"))
    assert other.text("#peers") == "Ada"
    assert one.text("#peers") == "Bek"
    other.line.cut()
    other.wait_for_state("offline")
    other.type("Written without a network\n")
    one.type("Above all\n\n", at_end=False)
    assert "changes wait in this browser" in other.words() or "change waits" in other.words()
    for writer, seed in ((one, 18), (other, 81)):
        assert writer.at_editor(RANDOM_EDITS, [seed, EDITS]) is None
    other.line.mend()
    text = same(desk)
    assert one.words() == "All changes are saved in the library."
    one.driver.refresh()
    one.wait_for_state("saved")
    assert one.paper_text() == text
    assert one.refused_by_policy() == other.refused_by_policy() == []


def test_undo_takes_back_ones_own_and_nothing_of_others(desk: Desk) -> None:
    one, other = desk.one, desk.other
    # At once: what is typed with a rest of half a second in it would be two steps.
    one.at_editor(
        'view.dispatch({ changes: { from: 0, insert: given }, userEvent: "input" })', "mine "
    )
    other.wait_for(lambda: other.paper_text() == "mine ")
    other.type("yours")
    one.wait_for(lambda: one.paper_text() == "mine yours")
    one.at_editor("view.focus()")
    one.chord(Keys.CONTROL, "z")
    assert same(desk) == "yours"
    one.chord(Keys.CONTROL, "y")
    assert same(desk) == "mine yours"


def test_a_comment_stays_at_its_words_is_answered_and_resolved(desk: Desk) -> None:
    one, other = desk.one, desk.other
    one.type("Alpha beta gamma")
    other.wait_for(lambda: other.paper_text() == "Alpha beta gamma")
    other.at_editor("view.focus(); view.dispatch({ selection: { anchor: 6, head: 10 } })")
    other.chord(Keys.CONTROL, Keys.ALT, "m")
    other.press("Which beta?")
    other.find("#new-comment button").click()
    one.wait_for(lambda: "Which beta?" in one.text("#comment-list"))
    assert "Bek" in one.text("#comment-list")
    one.type("Before: ", at_end=False)
    other.wait_for(lambda: other.text(".commented") == "beta")
    one.find("#comment-list .answer summary").click()
    one.find("#comment-list textarea").send_keys("The second.")
    one.find("#comment-list .reply button").click()
    other.wait_for(lambda: "The second." in other.text("#comment-list"))
    other.find("#comment-list .resolve").click()
    one.wait_for(lambda: one.text("#comment-list") == "")
    assert not one.driver.find_elements("css selector", ".commented")
    one.find("#show-resolved").click()
    one.wait_for(lambda: "This comment is resolved." in one.text("#comment-list"))


def test_a_citation_is_chosen_from_the_catalog_by_keys(desk: Desk, shelf: Shelf) -> None:
    title = "Qutadgʻu bilig nusxasi"
    digest = shelf.library.register(b"a book to be cited", title=title)["digest"]
    one = desk.one
    one.type("See [@qutadg")
    one.wait_for(lambda: title in one.text("#desk"))
    time.sleep(
        0.2
    )  # the list takes keys a moment after it is shown, so that nobody chooses unawares
    one.press(Keys.ENTER)
    one.wait_for(lambda: one.paper_text() == f"See [@{digest}]")
    assert title in one.text("#desk .chip")
    assert same(desk).endswith("]")
    assert one.refused_by_policy() == []


def test_whoever_is_no_member_any_more_sees_it_and_keeps_nothing(desk: Desk) -> None:
    one, other = desk.one, desk.other
    one.type("Secret of the project")
    other.wait_for(lambda: other.paper_text() == "Secret of the project")
    assert one.client.delete(f"/projects/{desk.project}/members/2").is_success
    other.wait_for_state("removed")
    assert "no longer a member" in other.words()
    assert other.paper_text() == ""
    other.wait_for(lambda: not kept_updates(other, desk))


def test_whoever_may_only_read_any_more_sees_it_and_reads_on(desk: Desk) -> None:
    one, other = desk.one, desk.other
    other.type("Ours")
    one.wait_for(lambda: one.paper_text() == "Ours")
    changed = one.client.patch(f"/projects/{desk.project}/members/2", json={"role": "reader"})
    assert changed.is_success

    def is_told() -> bool:
        if other.state() == "no-right":
            return True
        other.type("!")
        return False

    other.wait_for(is_told)
    assert "no longer change" in other.words()
    before = other.paper_text()
    other.type("nothing of this")
    assert other.paper_text() == before
    other.wait_for(lambda: not kept_updates(other, desk))
    other.driver.refresh()
    other.wait_for_state("read-only")
    one.type(" alone")
    other.wait_for(lambda: other.paper_text() == one.paper_text())
    assert other.paper_text().endswith(" alone")


def test_signing_out_removes_what_the_browser_kept(desk: Desk) -> None:
    other = desk.other
    other.type("Kept for when there is no network")
    other.wait_for_state("saved")
    other.wait_for(lambda: kept_updates(other, desk) > 0)
    other.find("form[action='/sign-out'] button").click()
    other.wait_for(lambda: other.driver.find_elements("css selector", "a[href='/sign-in']"))
    other.wait_for(lambda: kept_updates(other, desk) == 0)
    other.sign_in()


def kept_updates(writer: Writer, desk: Desk) -> int:
    """Return how many updates of the paper the browser keeps."""
    script = """
    const [paper, done] = arguments;
    indexedDB.databases().then((all) => {
      const found = all.find(({ name }) => name.startsWith("muhr-paper.") && name.endsWith(paper));
      if (!found) return done(0);
      const asked = indexedDB.open(found.name);
      asked.onsuccess = () => {
        const has = [...asked.result.objectStoreNames].includes("updates");
        if (!has) return asked.result.close(), done(0);
        const count = asked.result.transaction(["updates"]).objectStore("updates").count();
        count.onsuccess = () => (asked.result.close(), done(count.result));
      };
    });
    """
    return int(writer.driver.execute_async_script(script, desk.path.rpartition("/")[2]))
