"""A service of others, made of `coarnotify`, `standardwebhooks` and `feedparser`; run by build/clients.

usage: peer.py send INBOX PEER PAGE | peer.py judge (lines of JSON on standard input) | peer.py read FEED
It prints JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def send(inbox: str, peer: str, page: str) -> list[Any]:
    """Announce an endorsement and ask for a review, and return how the inbox answers each."""
    from coarnotify.client import COARNotifyClient
    from coarnotify.core.notify import NotifyActor, NotifyItem, NotifyObject, NotifyService
    from coarnotify.exceptions import NotifyException
    from coarnotify.patterns import AnnounceEndorsement, RequestReview

    def made(pattern: Any, about: Any) -> Any:
        origin, target, actor = NotifyService(), NotifyService(), NotifyActor()
        origin.id, origin.inbox = peer, peer + "/inbox"
        target.id, target.inbox = inbox.rpartition("/")[0], inbox
        actor.id, actor.name = peer, "A journal"
        pattern.origin, pattern.target, pattern.actor = origin, target, actor
        pattern.object = about
        return pattern

    item = NotifyItem()
    item.id, item.type, item.media_type = page + "/content", ["Document"], "application/pdf"
    context = NotifyObject()
    context.id, context.type, context.cite_as = page, ["Page", "sorg:AboutPage"], page
    context.item = item
    review = NotifyObject()
    review.id, review.type = peer + "/endorsements/1", ["Document"]
    endorsement = made(AnnounceEndorsement(), review)
    endorsement.context = context
    wanted = NotifyObject()
    wanted.id, wanted.type, wanted.cite_as = page, ["Page", "sorg:AboutPage"], page
    wanted.item = item
    request = made(RequestReview(), wanted)
    client, answers = COARNotifyClient(inbox), []
    for notification in (endorsement, request):
        answer = client.send(notification)
        answers.append([answer.action, answer.location, notification.id])
    stranger = made(AnnounceEndorsement(), review)
    stranger.context = context
    stranger.origin.id = "https://stranger.example"
    try:
        client.send(stranger)
    except NotifyException as exc:
        answers.append(str(exc))
    return answers


def judge() -> list[Any]:
    """Return what the libraries make of requests that this project's library has sent."""
    from coarnotify.server import COARNotifyReceipt, COARNotifyServer, COARNotifyServiceBinding
    from standardwebhooks.webhooks import Webhook, WebhookVerificationError

    class Service(COARNotifyServiceBinding):
        def notification_received(self, notification: Any) -> COARNotifyReceipt:
            return COARNotifyReceipt(COARNotifyReceipt.CREATED, type(notification).__name__)

    found: list[Any] = []
    for line in sys.stdin:
        asked = json.loads(line)
        if "secret" not in asked:
            found.append(COARNotifyServer(Service()).receive(asked["body"]).location)
            continue
        try:
            told = Webhook(asked["secret"]).verify(asked["body"], asked["headers"])
            found.append(told["type"])
        except WebhookVerificationError as exc:
            found.append(f"refused: {exc}")
    return found


def read(address: str) -> list[Any]:
    """Return the entries of a feed and of all its archives, newest first, as a feed reader sees them."""
    import feedparser

    entries: list[Any] = []
    while address:
        feed = feedparser.parse(address)
        assert not feed.bozo, feed.bozo_exception
        assert feed.version == "atom10", feed.version
        entries += [[one.id, one.title, one.tags[0].term, one.link] for one in feed.entries]
        links = {link.rel: link.href for link in feed.feed.links}
        address = links.get("prev-archive", "")
    return entries


if __name__ == "__main__":
    sys.stdout.write(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
