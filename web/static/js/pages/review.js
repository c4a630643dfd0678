// Two pages that go through a week: each says that it is open, and follows when the step moves on, also from under a pen.
const [often, soon] = [20000, 400];
// Also with a refused line in it, but not where a form that was sent as a page was refused: that has another address.
const going = () => location.pathname.endsWith("/review") && document.querySelector("[data-review]");
const key = (field) => `draft ${location.pathname} ${field.dataset.draft}`;
const drafts = () => [...document.querySelectorAll("[data-draft]")];
let due, shown = going()?.dataset?.shows, sent, isAsking = false, hasMissed = false;

// What is being written stays on this phone until it is said.
const restore = () => drafts().forEach((field) => {
  const kept = sessionStorage.getItem(key(field));
  if (kept && !field.value) field.value = kept;
});
on("input", "[data-draft]", (field) => {
  if (field.value) sessionStorage.setItem(key(field), field.value);
  else sessionStorage.removeItem(key(field));
});

// The page would not be exchanged while words stand in it: they are put aside first.
const follow = async () => {
  const label = document.querySelector("[aria-current=step]")?.textContent.trim();
  const kept = drafts().some(({ value, defaultValue }) => value !== defaultValue) && going().dataset.kept;
  document.querySelectorAll("#main form").forEach((form) => form.reset());
  await refresh().catch(() => {});
  if (kept && label) say(`${kept} ${label}`);
};

const again = (wait) => {
  clearTimeout(due);
  due = setTimeout(beat, wait);
};
const beat = async () => {
  const place = going();
  if (!place || document.hidden) return;
  [isAsking, hasMissed] = [true, false];
  try {
    const { step, text, percent } = await send(place.dataset.review, {});
    place.querySelector("[data-sense-text]").textContent = text;
    place.querySelector("[data-sense] .part").setAttribute("width", `${percent}%`);
    if (step !== place.dataset.step) await follow();
  } catch ({ status }) {
    if (status) await follow();
  }
  isAsking = false;
  again(hasMissed ? soon : often);
};
// What moves while it is asked is asked for once more.
const later = () => {
  if (isAsking) hasMissed = true;
  else again(soon);
};

on("htmx:error", "[data-review] form", () => say(words.trouble));
on("submit", "[data-review] form", (form) => { sent = form.querySelector("[data-draft]"); }, true);
document.addEventListener("htmx:after:swap", () => {
  const place = going();
  // What was said is no draft any more, though the field that it stood in is the same.
  if (sent && document.querySelector("main[data-live]")) {
    sessionStorage.removeItem(key(sent));
    sent.form?.reset();
    sent = null;
  }
  restore();
  if (!place || place.dataset.shows === shown) return;
  shown = place.dataset.shows;
  scrollTo({ top: 0 });
  document.getElementById("main").focus({ preventScroll: true });
});
document.addEventListener("weft:moved", later);
document.addEventListener("visibilitychange", later);
addEventListener("online", later);
restore();
later();
