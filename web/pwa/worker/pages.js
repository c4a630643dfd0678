// Pages come from the network; the last copy stands in when it is slow or gone.
const PAGES = "pages";
const KEPT_PAGES = /^\/($|promises(\/[^/]+)?$|weeks?(\/|$)|help$)/;
const PATIENCE = 3000;

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
