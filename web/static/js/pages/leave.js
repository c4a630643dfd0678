// Leaving the help page leaves no copy of it on the phone and no way back to it.
on("click", "[data-leave]", async (link, event) => {
  event.preventDefault();
  await window.caches?.delete("pages");
  location.replace(link.href);
});
