// The outbox: every tap stays in IndexedDB, by the id that it was made with, until the server has it.
const TAP_PATIENCE = 6000;

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
