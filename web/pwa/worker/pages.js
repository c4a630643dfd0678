// Pages come from the network; the last copy stands in when it is slow or gone.
const PAGES = "pages";
const KEPT_PAGES = /^\/($|promises(\/(?!new$)[^/]+)?$|milestones\/[^/]+$|weeks?(\/|$))/;
const WAYS_IN = /^\/(sign-in|welcome|invitation|leave|enter)\b/;
const PATIENCE = 3000;

const isDown = (status) => status >= 502 && status <= 504;
async function page(event, path) {
  const fromNetwork = load(event, path);
  event.waitUntil(fromNetwork.catch(() => {}));
  const slow = new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
  try {
    const answer = await Promise.race([fromNetwork, slow]);
    if (answer && !isDown(answer.status)) return answer;
    return (await copy(path)) ?? (await fromNetwork);
  } catch {
    return (await copy(path)) ?? (await ready(path === "/help" ? HELP : OFFLINE));
  }
}
// The page itself says of when it is: in its own words, by the time that the copy came with.
async function copy(path) {
  const kept = await caches.match(path, { cacheName: PAGES });
  const text = await kept?.text();
  return kept && new Response(text.replace("<body", `<body data-as-of="${kept.headers.get("date") ?? ""}"`), kept);
}
async function load(event, path) {
  const answer = (await event.preloadResponse) ?? (await fetch(event.request));
  // Firefox hands over a preload that failed as if it were an answer.
  if (answer.type === "error") throw answer;
  if (WAYS_IN.test(path) && answer.status < 500) await caches.delete(PAGES);
  if (answer.ok && KEPT_PAGES.test(path)) {
    const kept = answer.clone();
    event.waitUntil(caches.open(PAGES).then((cache) => cache.put(path, kept)));
  }
  return answer;
}

async function post(request, path) {
  const answer = await fetch(request);
  // What still waits stays for its owner: the server takes it from nobody else.
  if (path === "/sign-out") await caches.delete(PAGES);
  return answer;
}
