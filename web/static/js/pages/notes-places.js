// Where notes lie, as ciphertext: on the server, or, where a passkey can make no key, on this phone alone.
const member = () => document.body.dataset.by;

const load = async (url) => {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) throw Object.assign(new Error(""), { status: answer.status });
  return answer.json();
};

const server = {
  name: "server",
  async list() {
    const found = [];
    for (let more = true; more;) {
      const after = found.length ? `?after=${found.at(-1).id}` : "";
      const answer = await load(`/notes/sealed${after}`);
      found.push(...answer.notes);
      more = answer.more;
    }
    return found;
  },
  put: ({ id, kind, version }, sealed) =>
    (version === 1 ? send("/notes/sealed", { id, kind, sealed }) : send(`/notes/sealed/${id}`, { version, sealed })),
  remove: ({ id, version }) => send(`/notes/sealed/${id}/remove`, { version }),
};

const database = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open("weft-notes", 1);
  asked.onupgradeneeded = () => ["keys", "notes"].forEach((name) => asked.result.createObjectStore(name));
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});
const inStore = async (name, act, mode = "readwrite") => {
  const opened = await database();
  try {
    return await new Promise((resolve, reject) => {
      const turn = opened.transaction(name, mode);
      const asked = act(turn.objectStore(name));
      turn.oncomplete = () => resolve(asked.result);
      turn.onabort = () => reject(turn.error);
    });
  } finally {
    opened.close();
  }
};

// A key that this phone uses and never gives out.
const ownCipher = async () => {
  const known = await inStore("keys", (keys) => keys.get("own"));
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await inStore("keys", (keys) => keys.add(made, "own")).catch(() => {});
  return inStore("keys", (keys) => keys.get("own"));
};

const mine = () => IDBKeyRange.bound(`${member()} `, `${member()} ~`);
const phone = {
  name: "phone",
  list: () => inStore("notes", (notes) => notes.getAll(mine()), "readonly"),
  async put({ id, kind, version }, sealed) {
    const kept = await inStore("notes", (notes) => notes.get(`${member()} ${id}`));
    if (version !== (kept?.version ?? 0) + 1) throw Object.assign(new Error(""), { status: 409 });
    await inStore("notes", (notes) => notes.put({ id, kind, version, sealed }, `${member()} ${id}`));
    await navigator.storage?.persist?.();
  },
  remove: ({ id }) => inStore("notes", (notes) => notes.delete(`${member()} ${id}`)),
};

weft.notePlaces = { server, phone, load, inStore, ownCipher };
