// What else there is to a new version comes with later.js.
worker?.register("/sw.js", { updateViaCache: "none" }).catch(() => {});
