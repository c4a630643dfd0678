// Who asks the worker for what.
self.addEventListener("message", (event) => {
  const { type, id } = event.data;
  if (type === "take-over") self.skipWaiting();
  if (type === "flush") event.waitUntil(flush().catch(() => {}));
  if (type === "forget") event.waitUntil(forget(event.data).then(report));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST") {
    // Also a form of another site comes as a navigation: it goes on as it is, for sent from here it would pass as one of ours.
    if (request.mode === "navigate") event.respondWith(post(request, pathname).catch(() => ready(OFFLINE)));
    else if (request.headers.has("HX-Request")) event.respondWith(tapped(event));
  } else if (request.mode === "navigate") event.respondWith(page(event, pathname));
  else if (/^\/(static|icons)\//.test(pathname)) {
    event.respondWith(caches.match(request).then((file) => file ?? fetch(request)));
  }
});
