// Pushes are Declarative Web Push: Safari shows them by itself, the others come here.
// Something is always shown: a phone ends the subscription of an app that stays silent.
const LOOK = { icon: "/icons/any-192.png", badge: "/icons/badge-96.png" };

self.addEventListener("push", (event) => event.waitUntil(notify(event)));
async function notify(event) {
  const said = proposed(event);
  await display(said).catch(() => self.registration.showNotification("Weft", { ...LOOK, data: { navigate: "/" } }));
  // Never waited for: on an iPhone it may not settle.
  if (said.app_badge !== undefined) navigator.setAppBadge?.(Number(said.app_badge)).catch(() => {});
  if (said.data?.kind === "answered") await hush(said.tag);
}
async function display({ title, navigate = "/", data, actions = [], app_badge: _, ...options }) {
  const links = Object.fromEntries(actions.map((action) => [action.action, action.navigate]));
  await self.registration.showNotification(title ?? "Weft", {
    ...LOOK,
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
// What was answered elsewhere may go only while another notice of ours stays to be seen.
async function hush(tag) {
  const shown = await self.registration.getNotifications();
  if (shown.some((one) => one.tag !== tag)) shown.find((one) => one.tag === tag)?.close();
}

self.addEventListener("notificationclick", (event) => event.waitUntil(answer(event.notification, event.action)));
async function answer(notification, action) {
  const { navigate, links, says, asks, until } = notification.data ?? {};
  const ask = asks?.[action];
  if (ask && !isPast(ask.until)) return askBack(notification, action, ask);
  notification.close();
  if (says?.[action] && !ask && !isPast(until)) return speak(notification.data, says[action]);
  return show(links?.[action] ?? navigate);
}
const isPast = (until) => Date.now() >= Date.parse(until);

// The question takes the place of what it asks back to; as many choices as the phone has buttons for.
async function askBack({ data, tag, lang }, action, { title, body, name, choices, until }) {
  await self.registration.showNotification(title, {
    ...LOOK,
    body,
    tag,
    lang,
    silent: true,
    actions: choices.slice(0, Notification.maxActions).map(([value, words]) => ({ action: value, title: words })),
    data: {
      ...data,
      navigate: data.links[action],
      asks: undefined,
      until,
      says: Object.fromEntries(choices.map(([value]) => [value, { ...data.says[action], [name]: value }])),
    },
  });
}
// Each tap has an id of its own: one that phones shared would have the earlier tap refused for the later one.
async function speak({ url, form, card }, words) {
  await keep(asTap(url, new URLSearchParams({ ...form, ...words }), card));
  await flush().catch(() => {});
}
async function show(path) {
  const url = new URL(path ?? "/", self.location.origin);
  if (url.origin !== self.location.origin) return;
  const [open] = await self.clients.matchAll({ type: "window" });
  const shown = await open?.focus().catch(() => null);
  const there = await shown?.navigate(url.href).catch(() => null);
  if (!there) await self.clients.openWindow(url.href);
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
