// What the other taps shows on an open page: the server says that something has moved, never what, and the page fetches itself.
const [soon, again, steady, longest] = [300, 5000, 30000, 60000];
const place = () => document.querySelector("main[data-live]");
const said = document.querySelector("[data-moved]");
const asking = new Set();
let due, retry, stream, openedAt, isRefreshing = false, tries = 0, hasListened = false, unfolded = [];
const text = (main) => main.textContent.replace(/\s+/g, " ");

const isChanged = (field) => {
  if (field.type === "hidden") return false;
  if (field.options) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
  return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
};
const fields = "input, textarea, select";
// Nothing is exchanged under a finger: not while a tap is on its way, words are being written, or an action stands open.
const isBusy = (main) =>
  main.contains(document.activeElement) && document.activeElement.matches(fields)
  || main.querySelector("details[open] form")
  || [...main.querySelectorAll(fields)].some(isChanged);

const catchUp = async () => {
  due = null;
  const main = place();
  if (!main || document.hidden) return;
  if (asking.size || isBusy(main)) return moved();
  const before = text(main);
  unfolded = [...main.querySelectorAll("details[open]")].map(label);
  const waits = main.querySelector("[data-queued-note]");
  said.textContent = "";
  isRefreshing = true;
  await refresh().catch(() => {});
  isRefreshing = false;
  if (waits) tell({ type: "flush" });
  if (place() && text(place()) !== before) said.textContent = said.dataset.moved;
};
// Several hints at once are one.
const moved = () => { due ??= setTimeout(catchUp, soon); };

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => asking.add(ctx));
const isOurs = ({ select }) => isRefreshing && select === "#main";
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  asking.delete(ctx);
  if (isOurs(ctx) && !(ctx.response?.status < 500)) due ??= setTimeout(catchUp, again);
});
// What was fetched before a tap is older than the tap's answer.
document.addEventListener("htmx:before:swap", (event) => {
  if (!isOurs(event.detail.ctx) || asking.size < 2 && !(place() && isBusy(place()))) return;
  event.preventDefault();
  moved();
});
// What was unfolded to be read stays so.
const label = (details) => details.querySelector("summary").textContent;
document.addEventListener("htmx:after:swap", () => {
  if (isRefreshing) place()?.querySelectorAll("details").forEach((one) => { one.open ||= unfolded.includes(label(one)); });
});

const stop = () => { clearTimeout(retry); stream?.close(); stream = null; };
const listen = () => {
  if (stream || document.hidden || !place()) return;
  clearTimeout(retry);
  // What moved while the page was on its way here is told at once.
  stream = new EventSource(`/live?age=${Math.min(longest, Math.round(performance.now()))}`);
  stream.onopen = () => {
    openedAt = performance.now();
    if (hasListened) moved();
    hasListened = true;
  };
  stream.addEventListener("moved", moved);
  stream.addEventListener("moved", () => document.dispatchEvent(new Event("weft:moved")));
  stream.addEventListener("ended", () => location.reload());
  stream.onerror = () => {
    stop();
    tries = performance.now() - openedAt > steady ? 0 : tries + 1;
    openedAt = undefined;
    const wait = Math.min(longest, 1000 * 2 ** tries);
    retry = setTimeout(listen, wait / 2 + Math.random() * wait / 2);
  };
};
const look = () => {
  if (document.hidden) return stop();
  tries = 0;
  listen();
  moved();
};
document.addEventListener("visibilitychange", look);
addEventListener("pagehide", stop);
addEventListener("pageshow", ({ persisted }) => persisted && look());
addEventListener("online", look);
listen();
