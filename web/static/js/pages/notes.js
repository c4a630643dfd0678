// What somebody keeps for themselves: opened by a passkey for ten minutes, read, written and looked through on this phone alone.
const { notes } = weft;
const { root, one } = notes;
const OPEN_FOR = 9.5 * 60 * 1000;
const LOOK_EVERY = 2000;

const open = () => notes.busy(async () => {
  const until = Date.now() + OPEN_FOR;
  const found = await notes.openKey();
  notes.now = { ...found, until, notes: [], lost: 0, cipher: found.key && await weft.sealing.notesCipher(found.key) };
  await notes.readAll().catch((error) => {
    notes.now = null;
    throw error;
  });
  const { carried, locked, here } = root.dataset;
  const how = { carried, locked: `${locked} ${here}`, here }[found.how] ?? "";
  Object.assign(one("[data-how]"), { hidden: !how, textContent: how });
  notes.render();
  notes.renderKeys();
  one("[data-shut]").hidden = true;
  one("[data-opened]").hidden = false;
  one("[name=shown]:checked").focus();
});
// Nothing of what was open is left: not in the page, not in a field, not in a key.
const close = (text = "") => {
  if (!notes.now) return;
  notes.now.key?.fill(0);
  Object.assign(notes, { now: null, editing: null });
  one("[data-list]").replaceChildren();
  one("[data-keys] ul").replaceChildren();
  for (const input of root.querySelectorAll("#words, #look")) input.value = "";
  one("[data-opened]").hidden = true;
  one("[data-shut]").hidden = false;
  if (text) say(text);
};
const look = async () => {
  if (!notes.now || Date.now() < notes.now.until) return;
  await notes.keepDraft();
  close(root.dataset.closed);
};

const taps = {
  "[data-open]": open,
  "[data-close]": async () => {
    await notes.keepDraft();
    close(root.dataset.closed);
  },
  "[data-write] [data-keep]": notes.keep,
  "[data-cancel]": notes.blank,
  "[data-save]": notes.saveAsText,
  "[data-keys] button": notes.letAnotherOpen,
  "[data-list] [data-edit]": notes.edit,
  "[data-list] [data-delete]": notes.remove,
  "[data-list] [data-move]": notes.preview,
  "[data-list] [data-return]": notes.takeBack,
  "[data-send]": notes.move,
  "[data-stay]": notes.stay,
};

if (root) {
  one("[data-open]").hidden = !window.PublicKeyCredential || !window.crypto?.subtle;
  for (const [selector, act] of Object.entries(taps)) on("click", `[data-notes] ${selector}`, act);
  on("change", "[data-notes] [name=shown]", () => (notes.editing ? notes.blank() : notes.render()));
  on("change", "[data-notes] [name=bond]", (input) => notes.readers(input.closest(".moving")));
  on("input", "[data-look]", notes.render);
  on("click", "[data-leave]", () => close(), true);
  addEventListener("beforeunload", (event) => { if (notes.isWritten()) event.preventDefault(); });
  addEventListener("pagehide", () => close());
  document.addEventListener("visibilitychange", () => (document.hidden ? notes.keepDraft() : look()));
  setInterval(look, LOOK_EVERY);
}
