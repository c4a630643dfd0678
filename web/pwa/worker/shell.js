// What a page needs to stand without a network, kept under the name of its version.
const BUILD = "__BUILD__";
const SHELL = `shell-${BUILD}`;
const OFFLINE = "/offline";
const HELP = "/help/kept";
const KEPT_FILES = [OFFLINE, HELP, "/icons/any-192.png", "__SHELL__"];

self.addEventListener("install", (event) => event.waitUntil(install()));
async function install() {
  // Made anew also after a rollback, so that it stands behind those before it.
  await caches.delete(SHELL);
  const shell = await caches.open(SHELL);
  await shell.addAll(KEPT_FILES.map((path) => new Request(path, { cache: path.startsWith("/static/") ? "default" : "reload" })));
}

self.addEventListener("activate", (event) => event.waitUntil(activate()));
async function activate() {
  await outgrow();
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

// A page finds the files of its own version as long as it may be open or a copy of it is kept: those of the version before stay.
async function outgrow() {
  const pages = await (await caches.open(PAGES)).matchAll();
  const kept = (await Promise.all(pages.map((page) => page.text()))).join("");
  const before = (await caches.keys()).filter((name) => name.startsWith("shell-") && name !== SHELL);
  for (const name of before) {
    const isNeeded = name === before.at(-1) || kept.includes(`data-build="${name.slice(6)}"`);
    if (!isNeeded) await caches.delete(name);
  }
}

const ready = (path) => caches.match(path, { cacheName: SHELL });

self.addEventListener("message", ({ data, ports: [port] }) => data.type === "build" && port.postMessage(BUILD));

async function tell(message, except) {
  for (const client of await self.clients.matchAll({ type: "window" })) if (client.id !== except) client.postMessage(message);
}
