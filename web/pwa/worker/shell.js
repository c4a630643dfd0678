// What a page needs to stand without a network, kept under the name of its version.
const SHELL = "shell-__BUILD__";
const OFFLINE = "/offline";
const KEPT_FILES = [OFFLINE, "/icons/any-192.png", "__SHELL__"];

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

async function tell(message) {
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage(message);
}
