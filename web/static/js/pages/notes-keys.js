// How the key to one's notes is come by: by a passkey shown afresh, or as another phone of one's own gave it.
const member = () => document.body.dataset.by;
const HELD = "weft|held|1";

// What the passkey makes of its secret stays here: where the server has to know at all, it is told only that it was shown.
const showPasskey = async ({ only, proves = false } = {}) => {
  const { withBytes, asJson } = weft.passkeys;
  const publicKey = { ...withBytes(await send("/sign-in/options", {})), extensions: { prf: { eval: { first: weft.sealing.PRF } } } };
  if (only) publicKey.allowCredentials = [{ type: "public-key", id: toBytes(only) }];
  const shown = await navigator.credentials.get({ publicKey });
  const made = shown.getClientExtensionResults().prf?.results?.first;
  if (proves) await send("/sign-in/passkey", { credential: { ...asJson(shown), clientExtensionResults: {} }, next: "/notes" });
  return { credential: shown.id, secret: made && new Uint8Array(made) };
};

const unwrapped = async ({ keys }, { credential, secret }) => {
  const kept = keys.find((one) => one.credential === credential);
  if (!kept || !secret) return null;
  const { wrappingCipher, unlock, aboutKey } = weft.sealing;
  return unlock(await wrappingCipher(secret, toBytes(kept.salt)), toBytes(kept.wrapped), aboutKey(member(), credential));
};
const wrap = async (key, { credential, secret }) => {
  const { wrappingCipher, lock, aboutKey, mark, random } = weft.sealing;
  const salt = random(32);
  const wrapped = await lock(await wrappingCipher(secret, salt), key, aboutKey(member(), credential));
  await send("/notes/keys", { credential, mark: toText(await mark(key)), salt: toText(salt), wrapped: toText(wrapped) });
};

// A key that was handed over lies here encrypted by one that never leaves this phone, until a passkey of this phone wraps it.
// It may come before its owner is in; then its mark says whose it is.
const hold = async (key) => {
  const { inStore, ownCipher } = weft.notePlaces;
  const sealed = await weft.sealing.lock(await ownCipher(), key, HELD);
  await inStore("keys", (keys) => keys.put(sealed, "held"));
};
const held = async (mark) => {
  const { inStore, ownCipher } = weft.notePlaces;
  const sealed = mark && await inStore("keys", (keys) => keys.get("held"));
  const key = sealed && await weft.sealing.unlock(await ownCipher(), sealed, HELD);
  return key && toText(await weft.sealing.mark(key)) === mark ? key : null;
};
const letGo = () => weft.notePlaces.inStore("keys", (keys) => keys.delete("held"));

// The key with how it was come by: without one there is a lock, or nothing was ever kept and this passkey makes none.
const openKey = async () => {
  const shown = await showPasskey({ proves: true });
  const kept = await weft.notePlaces.load("/notes/keys");
  let key = await unwrapped(kept, shown);
  if (!key) {
    key = await held(kept.mark);
    if (!key && shown.secret && !kept.mark) key = weft.sealing.random(32);
    if (key && shown.secret) {
      await wrap(key, shown);
      await letGo();
    }
  }
  const others = kept.others.filter(({ credential }) => credential !== shown.credential);
  return { key, others, how: key ? (shown.secret ? "" : "carried") : kept.mark ? "locked" : "here" };
};

// One more passkey of one's own, on this phone or a key that is held to it, opens them too from now on.
const letOpen = async (key, credential) => {
  const shown = await showPasskey({ only: credential });
  if (!shown.secret) throw new Error("");
  await wrap(key, shown);
};

Object.assign(weft.notes, { openKey, letOpen });
weft.notesKey = {
  async give() {
    const kept = await weft.notePlaces.load("/notes/keys");
    if (!kept.mark) return null;
    return (await unwrapped(kept, await showPasskey())) ?? held(kept.mark);
  },
  take: hold,
};

// Who signs out leaves no key behind; what is on this phone alone stays, for nobody else has it.
on("submit", "form[action='/sign-out']", (form, event) => {
  event.preventDefault();
  letGo().catch(() => {}).finally(() => form.submit());
});
