// Shows what waits on this phone and what was refused, and keeps it moving where the phone itself does not.
const RETRY = 30_000;
const me = document.body.dataset.by;
const heard = new Set();
let known = { taps: [], refused: [] };
let counted = 0;
let timer = 0;

// Where a tap stands: its card, or its form on a page that it is swapped with as a whole.
const placeOf = ({ card, url, day }) => {
  const forms = [...document.querySelectorAll(`#main form[action="${url}"]`)];
  const form = forms.find((one) => (one.elements.day?.value ?? null) === day) ?? forms[0];
  return (card !== "main" && document.getElementById(card)) || form?.closest("li") || form?.closest("details") || form?.parentElement;
};
const put = (place, found) => (place.matches("details") ? place.after(found) : (place.querySelector(".body") ?? place).append(found));
const HOME = /^\/(promises\/[^/]+(\/repairs\/[^/]+)?|milestones\/[^/]+)/;

const note = (tap, name) => {
  const found = document.querySelector(`template[data-${name}]`).content.cloneNode(true);
  const button = found.querySelector("[data-forget]");
  button.dataset.forget = tap.id;
  button.addEventListener("click", () => tell({ ...tap, type: "forget" }));
  return found;
};

const wait = (tap) => {
  const card = placeOf(tap);
  if (!card) return;
  const found = note(tap, "queued");
  const what = found.querySelector("b");
  what.textContent = what.dataset[tap.kind] ?? "";
  if (tap.isFinal) found.querySelector("[data-forget]").remove();
  put(card, found);
  if (tap.kind === "kept" && tap.card !== "main") card.classList.add("is-filling");
};

const refuse = (tap) => {
  const card = placeOf(tap);
  const found = note(tap, "refused");
  found.querySelector("span").textContent = tap.sentence || words.refused;
  // Read out once, however often the page is drawn anew.
  if (heard.has(tap.id)) found.querySelector("[role]").removeAttribute("role");
  heard.add(tap.id);
  const link = found.querySelector("a");
  link.href = tap.url.match(HOME)?.[0] ?? "/";
  if (card) link.remove();
  card?.classList.remove("is-filling");
  if (card) put(card, found);
  else document.getElementById("main").prepend(found);
};

const show = () => {
  document.querySelectorAll("[data-queued-note]").forEach((one) => {
    one.closest("li")?.classList.remove("is-filling");
    one.remove();
  });
  document.querySelectorAll("[data-refused-note]").forEach((one) => one.remove());
  known.taps.forEach(wait);
  known.refused.forEach(refuse);
};

const count = (left) => {
  if (left !== counted) say(left ? `${words.waiting} ${left}` : "");
  counted = left;
};

const flush = () => tell({ type: "flush" });
const isMine = ({ by }) => !by || by === me;
worker?.addEventListener("message", ({ data }) => {
  if (data.type === "flushed") refresh();
  if (data.type !== "outbox") return;
  known = { taps: data.taps.filter(isMine), refused: data.refused.filter(isMine) };
  show();
  count(known.taps.length);
  clearTimeout(timer);
  if (known.taps.length) timer = setTimeout(flush, data.rest || RETRY);
});
// What the server draws knows nothing of this phone.
document.addEventListener("htmx:after:swap", show);

// Firefox and Safari have no Background Sync: these are the moments at which the page can ask.
flush();
addEventListener("online", flush);
addEventListener("pageshow", flush);
addEventListener("offline", () => say(words.offline));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
