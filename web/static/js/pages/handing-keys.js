// Two phones make sure that they speak with each other and with nobody between them: the old one binds itself to a key before it sees
// the new one's, both show the same number of the two, and what is handed over is sealed under what they alone have in common.
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const PAUSE = 1500;
const { subtle } = window.crypto;
const root = document.querySelector("[data-handing]");
const part = (name) => root.querySelector(`[data-${name}]`);

const join = (...parts) => new Uint8Array(parts.flatMap((one) => [...new Uint8Array(one)]));
const hash = async (...parts) => new Uint8Array(await subtle.digest("SHA-256", join(...parts)));
const make = async () => {
  const pair = await subtle.generateKey(CURVE, false, ["deriveBits"]);
  return { pair, ours: await subtle.exportKey("raw", pair.publicKey) };
};
const numberOf = async (old, fresh, nonce) => {
  const found = new DataView((await hash(old, fresh, nonce)).buffer).getBigUint64(0) % 1_000_000n;
  return String(found).padStart(6, "0");
};
const keyOf = async (pair, theirs, old, fresh) => {
  const other = await subtle.importKey("raw", theirs, CURVE, false, []);
  const common = await subtle.deriveBits({ name: "ECDH", public: other }, pair.privateKey, 256);
  const base = await subtle.importKey("raw", common, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: await hash(old, fresh), info: new TextEncoder().encode("weft hand-over") };
  return subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
};

const showStage = (stage) => root.querySelectorAll("[data-stage]").forEach((one) => { one.hidden = !one.dataset.stage.split(" ").includes(stage); });
const showNumber = (number) => {
  part("number").textContent = number;
  part("finding").hidden = true;
};
const lose = () => {
  part("lost").hidden = false;
  part("finding").hidden = true;
};
const wait = () => new Promise((resolve) => { setTimeout(resolve, PAUSE); });
// Asks how far it has got until `step` says that it is done.
const watch = async (url, step) => {
  for (;;) {
    const answer = document.hidden ? null : await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok && await step(await answer.json())) return;
    await wait();
  }
};
const seal = async (key, given) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return join(iv, await subtle.encrypt({ name: "AES-GCM", iv }, key, given));
};
const unseal = async (key, bytes) =>
  new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv: bytes.slice(0, 12) }, key, bytes.slice(12)));

window.weft.handing = { subtle, root, part, hash, make, numberOf, keyOf, seal, unseal, showStage, showNumber, lose, watch };
