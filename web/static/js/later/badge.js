// The app's icon says how much of today still waits for a word; what was answered leaves the lock screen.
const STAYS_DUE = ["heads_up", "undo", "seen", "move"];
let kept = [];

const place = () => document.querySelector("[data-due]");
const listed = (cards) => cards.split(" ").filter(Boolean);

const count = () => {
  if (!place()) return;
  const gone = kept.filter(({ kind }) => !STAYS_DUE.includes(kind)).map(({ card }) => card);
  const left = listed(place().dataset.due).filter((card) => !gone.includes(card)).length;
  // On the page: in the worker it may not settle on an iPhone.
  (left ? navigator.setAppBadge?.(left) : navigator.clearAppBadge?.())?.catch(() => {});
};

const close = async (isOver) => {
  const registration = await worker?.getRegistration();
  for (const shown of await registration.getNotifications()) if (isOver(shown.data ?? {})) shown.close();
};

// A page that is older than a reminder knows nothing of it.
const isAnswered = ({ kind, card, at }) => {
  if (kind !== "reminder") return kind === "answered";
  if (kept.some((tap) => tap.card === card)) return true;
  const found = place()?.dataset;
  return found && Number(found.at) > at && !listed(found.waits).includes(card);
};
const isHere = ({ navigate = "/" }) => {
  const { pathname } = new URL(navigate, location.origin);
  return pathname !== "/" && pathname === location.pathname;
};

const look = () => {
  count();
  close((told) => isAnswered(told) || isHere(told)).catch(() => {});
};

look();
document.addEventListener("htmx:after:swap", look);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
worker?.addEventListener("message", ({ data }) => {
  if (data.type !== "outbox") return;
  kept = data.taps;
  look();
});
on("submit", "form[data-tap]", (form) => {
  const card = form.closest("[id]")?.id;
  close((told) => told.card === card).catch(() => {});
});
// What was told to one is not left for who comes next.
on("submit", "form[action='/sign-out']", () => {
  navigator.clearAppBadge?.().catch(() => {});
  close(() => true).catch(() => {});
});
