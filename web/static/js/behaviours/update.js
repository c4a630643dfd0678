// What the worker brings in stands behind the page itself, which is there and settled by then. What else there is to a new version comes with later.js.
const SETTLED = 1000;
addEventListener("load", () => setTimeout(() => worker?.register("/sw.js", { updateViaCache: "none" }).catch(() => {}), SETTLED));
