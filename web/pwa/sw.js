"use strict";
// Keeps the shell for offline, the last copy of pages, and every tap until the server has it.
const SHELL = "shell-__BUILD__";
const PAGES = "pages";
const OFFLINE = "/offline";
const KEPT_FILES = [OFFLINE, "/icons/any-192.png", "__SHELL__"];
const KEPT_PAGES = /^\/($|promises(\/[^/]+)?$|weeks?(\/|$)|help$)/;
const TAP = /^\/promises\/([^/]+)\/check-ins$/;
const PATIENCE = 3000;
const TAP_PATIENCE = 6000;

self.addEventListener("install", (event) => {
  const fresh = KEPT_FILES.map((path) => new Request(path, { cache: path.startsWith("/static/") ? "default" : "reload" }));
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => event.waitUntil(activate()));
async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith("shell-") && name !== SHELL) await caches.delete(name);
  }
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

self.addEventListener("message", (event) => {
  const { type, id } = event.data;
  if (type === "take-over") self.skipWaiting();
  if (type === "flush") event.waitUntil(flush().catch(() => {}));
  if (type === "forget") event.waitUntil(drop(id).then(report));
});

async function tell(message) {
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage(message);
}

// The outbox: taps in IndexedDB, by the id that they were made with.
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("outbox", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("taps", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
async function taps(mode, act) {
  const base = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = base.transaction("taps", mode);
      const request = act(transaction.objectStore("taps"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    base.close();
  }
}
const waiting = async () => (await taps("readonly", (store) => store.getAll())).sort((a, b) => (a.at < b.at ? -1 : 1));
const drop = (id) => taps("readwrite", (store) => store.delete(id));

async function report() {
  const left = await waiting();
  await tell({ type: "outbox", taps: left.map(({ id, card, kind }) => ({ id, card, kind })) });
}

async function keep(tap) {
  await taps("readwrite", (store) => store.put(tap));
  await report();
  await self.registration.sync?.register("outbox").catch(() => {});
}

const mustWait = (status) => status === 401 || status === 429 || status >= 500;

function deliver({ url, body }) {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true" },
    body,
    signal: AbortSignal.timeout(TAP_PATIENCE),
  });
}

// One at a time, oldest first; failing tells Background Sync to try again.
let flushing = null;
const flush = () => (flushing ??= replay().finally(() => { flushing = null; }));
async function replay() {
  const done = { sent: 0, refused: 0 };
  try {
    for (const tap of await waiting()) {
      const { ok, status } = await deliver(tap);
      if (mustWait(status)) throw new Error(String(status));
      await drop(tap.id);
      done[ok ? "sent" : "refused"] += 1;
    }
  } finally {
    await report();
    if (done.sent || done.refused) await tell({ type: "flushed", ...done });
  }
}
self.addEventListener("sync", (event) => event.waitUntil(flush()));

async function tapped(request) {
  const form = new URLSearchParams(await request.clone().text());
  const tap = asTap(request.url, form, request.headers.get("HX-Target")?.split("#")[1]);
  const isPage = request.mode === "navigate";
  const answer = await fetch(request, { signal: AbortSignal.timeout(TAP_PATIENCE) }).catch(() => null);
  if (answer && !mustWait(answer.status)) return answer;
  await keep(tap);
  if (answer?.status === 401) return answer;
  return isPage ? Response.redirect("/", 303) : new Response(null, { status: 204 });
}

function asTap(url, form, card) {
  if (!form.get("id")) form.set("id", crypto.randomUUID());
  if (!form.get("at")) form.set("at", new Date().toISOString());
  const { pathname } = new URL(url, self.location.origin);
  return { id: form.get("id"), at: form.get("at"), kind: form.get("kind"), url: pathname, body: form.toString(), card };
}

// Pages come from the network; the last copy stands in when it is slow or gone.
const isDown = (status) => status >= 502 && status <= 504;
async function page(event, path) {
  const fromNetwork = load(event, path);
  event.waitUntil(fromNetwork.catch(() => {}));
  const slow = new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
  const copy = () => caches.match(path, { cacheName: PAGES });
  try {
    const answer = await Promise.race([fromNetwork, slow]);
    if (answer && !isDown(answer.status)) return answer;
    return (await copy()) ?? (await fromNetwork);
  } catch {
    return (await copy()) ?? (await caches.match(OFFLINE));
  }
}
async function load(event, path) {
  const answer = (await event.preloadResponse) ?? (await fetch(event.request));
  if (path === "/sign-in" && answer.ok) await caches.delete(PAGES);
  if (answer.ok && KEPT_PAGES.test(path)) {
    const copy = answer.clone();
    event.waitUntil(caches.open(PAGES).then((cache) => cache.put(path, copy)));
  }
  return answer;
}

async function post(request, path) {
  const answer = await fetch(request);
  // What still waits stays for its owner: the server takes it from nobody else.
  if (path === "/sign-out") await caches.delete(PAGES);
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST") {
    if (TAP.test(pathname)) event.respondWith(tapped(request));
    else if (request.mode === "navigate") event.respondWith(post(request, pathname).catch(() => caches.match(OFFLINE)));
  } else if (request.mode === "navigate") event.respondWith(page(event, pathname));
  else if (/^\/(static|icons)\//.test(pathname)) {
    event.respondWith(caches.match(request).then((file) => file ?? fetch(request)));
  }
});

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
