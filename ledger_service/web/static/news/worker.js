// Shows that there is news when a push comes, and opens the page that tells it. Nothing else is read or kept.

const PAGE = "/me";

self.addEventListener("push", (event) => {
  const { title, body, lang } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body, lang, tag: "news" }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open());
});

async function open() {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((one) => new URL(one.url).pathname === PAGE);
  await (there === undefined ? self.clients.openWindow(PAGE) : there.focus());
}
