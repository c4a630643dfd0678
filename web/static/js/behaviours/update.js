// A new version waits until it is asked in, so that no page is exchanged under a finger.
const offer = (waiting) => {
  const bar = document.querySelector("[data-update]");
  bar.hidden = false;
  bar.querySelector("button").addEventListener("click", () => waiting.postMessage({ type: "take-over" }));
};

if (worker) {
  let wasControlled = Boolean(worker.controller);
  worker.addEventListener("controllerchange", () => {
    if (wasControlled) location.reload();
    wasControlled = true;
  });
  worker.register("/sw.js", { updateViaCache: "none" }).then((registration) => {
    if (registration.waiting && worker.controller) offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const coming = registration.installing;
      coming.addEventListener("statechange", () => {
        if (coming.state === "installed" && worker.controller) offer(coming);
      });
    });
  }).catch(() => {});
}
