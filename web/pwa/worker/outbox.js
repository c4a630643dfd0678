// The outbox: every tap stays in IndexedDB, by the id that it was made with, from before it is sent until the server has it.
// What the server refuses stays in another base until somebody has read why. Older workers know the first alone, as it is.
const TAP_PATIENCE = 6000;
const PATIENCE_AGAIN = 20000;
const LONGEST_REST = 3_600_000;
// How far a tap has got: a connection that broke leaves it with the server or not, and one that was never answered may be under way still.
const BROKEN = 1;
const UNDER_WAY = 2;
const CHECK_INS = /\/check-ins$/;

function open(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("taps", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
async function taps(mode, act, name = "outbox") {
  const base = await open(name);
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
const all = (name) => taps("readonly", (store) => store.getAll(), name);
const waiting = async () => (await all()).sort((a, b) => (a.at < b.at ? -1 : 1));
const drop = (id, name) => taps("readwrite", (store) => store.delete(id), name);
const said = ({ body }, field) => new URLSearchParams(body).get(field);

// Read and written in one transaction; returns what stood there. Null takes it out, undefined leaves it.
const change = (id, into) => taps("readwrite", (store) => {
  const found = store.get(id);
  found.onsuccess = () => {
    const tap = into(found.result, store);
    if (tap) store.put(tap);
    else if (tap === null) store.delete(id);
  };
  return found;
});

// Those of which a page waits for the answer, and the answers.
const asked = new Map();
const answered = new Set();

async function report() {
  const shown = ({ id, card, kind, url, body, tried, sentence }) =>
    ({ id, card, kind, url, sentence, by: said({ body }, "by"), day: said({ body }, "day"), isFinal: Boolean(tried) && (kind === "undo" || !CHECK_INS.test(url)) });
  const kept = await waiting();
  const undone = new Set(kept.map((tap) => said(tap, "target")));
  const left = kept.filter(({ id, isQuiet }) => !asked.has(id) && !undone.has(id) && !isQuiet);
  const rest = Math.max(0, ...left.map(({ until }) => (until ?? 0) - Date.now()));
  await tell({ type: "outbox", taps: left.map(shown), refused: (await all("refused")).map(shown), rest });
}

async function keep(tap) {
  await change(tap.id, (old) => (old ? undefined : tap));
  self.registration.sync?.register("outbox").catch(() => {});
}

// A tap that may have reached the server is taken back by a word that waits in its place, or behind it while it may be under way:
// one that nobody has is refused there with a 404, which is well.
async function forget({ id, url, card, by }) {
  if ((await all("refused")).some((tap) => tap.id === id)) return drop(id, "refused");
  await change(id, (tap, store) => {
    const at = new Date(Math.max(Date.now(), Date.parse(tap?.at) + 1 || 0)).toISOString();
    const form = new URLSearchParams({ at, kind: "undo", target: id, ...(by && { by }) });
    if (CHECK_INS.test(url) && (!tap || tap.tried)) store.put({ ...asTap(url, form, card), isQuiet: true });
    return tap && tap.tried !== UNDER_WAY ? null : undefined;
  });
  return flush().catch(() => {});
}

const mustWait = ({ ok, status }) => !ok && (status < 400 || [401, 408, 425, 429].includes(status) || status >= 500);
const resting = (answer) => {
  const named = answer.headers.get("Retry-After");
  return Math.min(LONGEST_REST, Number(named) * 1000 || Date.parse(named) - Date.now() || 0);
};

function deliver({ url, body, tried }) {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true", Accept: "text/html, application/json" },
    body,
    signal: AbortSignal.timeout(tried ? PATIENCE_AGAIN : TAP_PATIENCE),
  });
}

// One at a time over all tabs and workers, oldest first; failing tells Background Sync to try again.
const flush = () => (navigator.locks ? navigator.locks.request("outbox", replay) : replay());
async function replay() {
  const stuck = new Set();
  const done = { sent: 0, refused: 0 };
  try {
    for (const tap of await waiting()) {
      const by = said(tap, "by");
      if (stuck.has(by) || stuck.has(tap.url)) continue;
      if (tap.until > Date.now()) throw new Error("later");
      // Without a network nothing leaves the phone: such a tap can still be taken back for good.
      if (!await change(tap.id, (old) => old && { ...old, tried: navigator.onLine ? UNDER_WAY : old.tried })) continue;
      const answer = await deliver(tap).catch((error) => failed(tap, error));
      if (mustWait(answer)) {
        asked.get(tap.id)?.(answer);
        stuck.add(answer.status === 401 ? by : tap.url);
        await hold(tap, answer);
        continue;
      }
      if (!answer.ok) await refuse(tap, answer);
      await drop(tap.id);
      answered.add(tap.id);
      if (!answer.ok) done.refused += 1;
      else if (!asked.has(tap.id)) done.sent += 1;
      asked.get(tap.id)?.(answer);
    }
  } finally {
    await report();
    if (done.sent || done.refused) await tell({ type: "flushed", ...done });
  }
  if (stuck.size) throw new Error("later");
}
self.addEventListener("sync", (event) => event.waitUntil(flush()));

async function failed(tap, error) {
  if (error.name !== "TimeoutError") await change(tap.id, (old) => old && { ...old, tried: Math.max(tap.tried ?? 0, old.tried && BROKEN) || 0 });
  throw error;
}

// Not this time: what was answered so has changed nothing there, save where the server broke on it.
async function hold(tap, answer) {
  const rest = resting(answer);
  await change(tap.id, (old) => old && { ...old, tried: answer.status >= 500 ? UNDER_WAY : tap.tried, until: Date.now() + rest });
  if (rest) throw new Error("later");
}

// One that was taken back meanwhile is refused in silence, and so is the word that takes it back.
async function refuse(tap, answer) {
  const undo = (await waiting()).find((one) => said(one, "target") === tap.id);
  if (undo) return drop(undo.id);
  if (tap.isQuiet && answer.status === 404) return null;
  const { detail } = await answer.json().catch(() => ({}));
  return taps("readwrite", (store) => store.put({ ...tap, sentence: detail }), "refused");
}

// What carries the moment at which it was tapped may wait.
async function tapped(event) {
  const { request } = event;
  const form = new URLSearchParams(await request.clone().text());
  if (!form.has("at")) return fetch(request);
  const tap = asTap(request.url, form, request.headers.get("HX-Target")?.split("#")[1]);
  const kept = () => new Response(null, { status: 204 });
  if (answered.has(tap.id)) return kept();
  try {
    await keep(tap);
  } catch {
    return fetch(request);
  }
  const reply = await new Promise((resolve) => {
    asked.set(tap.id, resolve);
    const flushed = flush().catch(() => {}).then(resolve);
    event.waitUntil(flushed);
    setTimeout(resolve, TAP_PATIENCE);
  });
  asked.delete(tap.id);
  if (reply?.ok) {
    await tell({ type: "flushed", sent: 1 }, event.clientId);
    return reply;
  }
  await report();
  return reply?.status === 401 ? new Response(null, { status: 401, headers: { "HX-Redirect": "/sign-in?next=/" } }) : kept();
}

function asTap(url, form, card) {
  if (!form.get("id")) form.set("id", crypto.randomUUID());
  if (!form.get("at")) form.set("at", new Date().toISOString());
  const { pathname } = new URL(url, self.location.origin);
  return { id: form.get("id"), at: form.get("at"), kind: form.get("kind") ?? form.get("word"), url: pathname, body: form.toString(), card };
}
