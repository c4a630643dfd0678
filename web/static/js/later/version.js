// A new version comes in by a tap, or by itself where it disturbs nobody: never under a finger, and once until somebody has looked again.
const AN_HOUR = 3_600_000;
const A_MOMENT = 600;
const { build } = document.body.dataset;
const bar = document.querySelector("[data-update]");
const BUSY = "[data-copy], [data-queued-note], [name=token], [aria-busy=true], .htmx-request, dialog[open], .problem:not([hidden])";
let waiting = null;
let isWanted = false;
let offeredAt = 0;

const ask = (one) => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => resolve(data);
  one.postMessage({ type: "build" }, [port2]);
});

const isTouched = ({ type, options, selectedIndex, value, defaultValue, checked, defaultChecked }) => {
  if (options) return selectedIndex !== Math.max(0, [...options].findIndex((option) => option.defaultSelected));
  return type !== "hidden" && (value !== defaultValue || checked !== defaultChecked);
};
const isBusy = () => document.querySelector(BUSY) || document.activeElement.matches("input, select, textarea")
  || [...document.querySelectorAll("input, select, textarea")].some(isTouched);
const isSeen = () => document.visibilityState === "visible";
const isAtRest = () => !isSeen() && !sessionStorage.getItem("loaded") && !isBusy();

const takeOver = () => waiting.postMessage({ type: "take-over" });

const offer = () => {
  if (bar.hidden) offeredAt = Date.now();
  bar.hidden = false;
};

// A version that is this page's own already comes in unseen; it waits for nothing but for itself.
const consider = async (coming) => {
  const version = await ask(coming);
  waiting = coming;
  if (version === build || isAtRest()) takeOver();
  else offer();
};

// Another page may have let it in: this one goes on with what it has until it is at rest.
const settle = async () => {
  const version = await ask(worker.controller);
  waiting = null;
  if (version === build) {
    bar.hidden = true;
  } else if (!isWanted && !isAtRest()) {
    offer();
  } else {
    if (!isWanted) sessionStorage.setItem("loaded", "yes");
    location.reload();
  }
};

const follow = (coming) => coming?.addEventListener("statechange", () => coming.state === "installed" && consider(coming));

const watch = (registration) => {
  if (registration.waiting) consider(registration.waiting);
  follow(registration.installing);
  registration.addEventListener("updatefound", () => follow(registration.installing));
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (!bar.hidden && isAtRest()) return waiting ? takeOver() : settle();
    if (!isSeen()) return null;
    sessionStorage.removeItem("loaded");
    if (Date.now() - asked < AN_HOUR) return null;
    asked = Date.now();
    return registration.update().catch(() => {});
  });
};

if (worker) {
  worker.addEventListener("controllerchange", settle);
  on("click", "[data-update] button", () => {
    // It came up under a finger that was on its way to something else.
    if (Date.now() - offeredAt < A_MOMENT) return;
    isWanted = true;
    if (waiting) takeOver();
    else settle();
  });
  worker.ready.then(watch);
}
