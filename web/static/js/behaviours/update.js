// What the worker fetches stands in nobody's way: the page is there and settled by then.
// What else there is to a new version comes with later.js.
const SETTLED = 1000;
addEventListener("load", () => setTimeout(() => worker?.register("/sw.js", { updateViaCache: "none" }).catch(() => {}), SETTLED));
