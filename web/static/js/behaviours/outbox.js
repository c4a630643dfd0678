// Shows what waits on this phone, and keeps it moving where the phone itself does not.
const mark = ({ id, card, kind }) => {
  const place = card && document.getElementById(card);
  if (!place) return;
  const note = document.querySelector("template[data-queued]").content.cloneNode(true);
  note.querySelector("[data-forget]").dataset.forget = id;
  (place.querySelector(".body") ?? place).append(note);
  place.classList.toggle("is-filling", kind === "kept");
};

const show = (taps) => {
  document.querySelectorAll("[data-queued-note]").forEach((note) => {
    note.closest("li")?.classList.remove("is-filling");
    note.remove();
  });
  taps.forEach(mark);
  say(taps.length ? `${words.waiting} ${taps.length}` : "");
  // On the page, never in the worker: there it may not settle on an iPhone.
  if (taps.length) navigator.setAppBadge?.(taps.length).catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
};

worker?.addEventListener("message", ({ data }) => {
  if (data.type === "outbox") show(data.taps);
  if (data.type === "flushed") refresh().then(() => data.refused && say(words.refused));
});
on("click", "[data-forget]", (button) => tell({ type: "forget", id: button.dataset.forget }));

// Firefox and Safari have no Background Sync: these are the moments at which the page can ask.
const flush = () => tell({ type: "flush" });
addEventListener("online", flush);
addEventListener("pageshow", flush);
addEventListener("offline", () => say(words.offline));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
