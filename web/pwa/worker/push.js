// Pushes are Declarative Web Push: Safari shows them by itself, the others come here.
// Something is always shown: a phone ends the subscription of an app that stays silent.
self.addEventListener("push", (event) => event.waitUntil(notify(event)));
async function notify(event) {
  const { title, navigate = "/", data, actions = [], app_badge: _, ...options } = proposed(event);
  const links = Object.fromEntries(actions.map((action) => [action.action, action.navigate]));
  await self.registration.showNotification(title ?? "Weft", {
    icon: "/icons/any-192.png",
    badge: "/icons/badge-96.png",
    ...options,
    actions,
    navigate,
    data: { ...data, navigate, links },
  });
}
function proposed(event) {
  if (event.notification) {
    const { title, body, tag, lang, data, navigate } = event.notification;
    return { title, body, tag, lang, data, navigate };
  }
  try {
    return event.data.json().notification ?? {};
  } catch {
    return {};
  }
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { navigate, links, ...data } = event.notification.data ?? {};
  event.waitUntil(event.action === "kept" && data.url ? kept(data) : show(links?.[event.action] ?? navigate));
});
async function kept({ url, id, day }) {
  const tap = asTap(url, new URLSearchParams({ kind: "kept", ...(id && { id }), ...(day && { day }) }));
  await keep(tap);
  await flush().catch(() => {});
}
async function show(path) {
  const url = new URL(path ?? "/", self.location.origin);
  if (url.origin !== self.location.origin) return;
  const [open] = await self.clients.matchAll({ type: "window" });
  const shown = await open?.focus().catch(() => null);
  await (shown ? shown.navigate(url.href) : self.clients.openWindow(url.href));
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
async function renew({ oldSubscription, newSubscription }) {
  const subscription = newSubscription
    ?? (oldSubscription && await self.registration.pushManager.subscribe(oldSubscription.options));
  if (!subscription) return;
  await fetch("/push/subscriptions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...subscription.toJSON(), replaces: oldSubscription?.endpoint }),
  });
}
