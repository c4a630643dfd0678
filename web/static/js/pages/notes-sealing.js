// The format of docs/private-notes.md. Whatever of a note leaves this phone, or is laid down on it, was made here.
const FORMAT = 1;
const NONCE = 12;
const SIZES = [1024, 4096, 16384, 32768];
const utf8 = new TextEncoder();

const joined = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
};
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

const derived = async (secret, salt, info) => {
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey", "deriveBits"]);
  return [{ name: "HKDF", hash: "SHA-256", salt, info: utf8.encode(info) }, base];
};
const keyOf = async (secret, salt, info) =>
  crypto.subtle.deriveKey(...await derived(secret, salt, info), { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);

// What encrypts notes, what wraps the key to them for a passkey, and what tells one such key from another.
const notesCipher = (key) => keyOf(key, new Uint8Array(), "weft notes 1");
const wrappingCipher = (secret, salt) => keyOf(secret, salt, "weft notes wrapping 1");
const mark = async (key) =>
  new Uint8Array(await crypto.subtle.deriveBits(...await derived(key, new Uint8Array(), "weft notes mark 1"), 128));

const parts = (nonce, about) => ({ name: "AES-GCM", iv: nonce, additionalData: utf8.encode(about) });
const lock = async (cipher, plain, about, nonce = random(NONCE)) =>
  joined([FORMAT], nonce, new Uint8Array(await crypto.subtle.encrypt(parts(nonce, about), cipher, plain)));
const unlock = async (cipher, sealed, about) => {
  if (sealed[0] !== FORMAT) throw new Error("an unknown format");
  const [nonce, rest] = [sealed.slice(1, 1 + NONCE), sealed.slice(1 + NONCE)];
  return new Uint8Array(await crypto.subtle.decrypt(parts(nonce, about), cipher, rest));
};

const aboutKey = (member, credential) => `weft|notes key|${FORMAT}|${member}|${credential}`;
const aboutNote = (member, { id, kind, version }) => `weft|note|${FORMAT}|${member}|${id}|${kind}|${version}`;

// Words are filled up with nothing to one of a few lengths, so that a length tells little of them.
const filled = (words) => {
  const plain = utf8.encode(JSON.stringify(words));
  const size = SIZES.find((one) => plain.length + 4 <= one);
  if (!size) throw new RangeError("too long");
  const whole = new Uint8Array(size);
  new DataView(whole.buffer).setUint32(0, plain.length);
  whole.set(plain, 4);
  return whole;
};
const emptied = (whole) => {
  const length = new DataView(whole.buffer, whole.byteOffset).getUint32(0);
  return JSON.parse(new TextDecoder().decode(whole.subarray(4, 4 + length)));
};
const sealNote = async (cipher, member, note, words, nonce) => lock(cipher, filled(words), aboutNote(member, note), nonce);
const openNote = async (cipher, member, note, sealed) => emptied(await unlock(cipher, sealed, aboutNote(member, note)));

weft.sealing = {
  PRF: utf8.encode("weft notes prf 1"), random, notesCipher, wrappingCipher, mark, lock, unlock, aboutKey, sealNote, openNote,
};
