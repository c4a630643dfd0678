// Each tap gets its own id and its own time; the ring fills before the answer is there.
const lasting = 700;
let last = { card: null, at: 0 };

const uuid7 = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let millis = Date.now();
  for (let n = 5; n >= 0; n -= 1, millis = Math.floor(millis / 256)) bytes[n] = millis % 256;
  bytes[6] = (bytes[6] & 15) | 112;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};

on("submit", "form[data-tap]", (form, event) => {
  const card = form.closest("[id]")?.id;
  const now = Date.now();
  // A double tap would take back what its first tap said: the button under the finger has changed. What waits as kept is kept.
  const isRing = form.matches(".tap");
  if (!event.isTrusted) return;
  if ((last.card === card && now - last.at < lasting) || (isRing && form.closest(".is-filling"))) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  last = { card, at: now };
  form.elements.id.value = uuid7();
  form.elements.at.value = new Date(now).toISOString();
  if (isRing && form.elements.kind?.value === "kept") {
    form.closest("li")?.classList.add("is-filling");
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) navigator.vibrate?.(12);
  }
}, true);

const failed = (form, sentence) => {
  form.closest("li")?.classList.remove("is-filling");
  say(sentence);
};
// A worker that was stopped meanwhile may have it: the next one says so.
on("htmx:error", "form[data-tap]", (form) => {
  failed(form, words.trouble);
  tell({ type: "flush" });
});

// A refusal that is no card is a plain sentence: it is said, and the card stays.
const isSentence = ({ response }) => response.headers.get("Content-Type")?.startsWith("text/plain");
on("htmx:response:error", "form[data-tap]", (form, { detail: { ctx } }) => {
  if (isSentence(ctx)) failed(form, ctx.text);
  else if (ctx.response.status >= 500) failed(form, words.trouble);
});
on("htmx:before:swap", "form[data-tap]", (form, event) => {
  if (isSentence(event.detail.ctx)) event.preventDefault();
});
