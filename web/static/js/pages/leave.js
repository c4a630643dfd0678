// Leaving in a hurry leaves no copy of a page on the phone and no way back to it; what waits to be sent stays for whose it is.
on("click", "[data-leave]", async (link, event) => {
  event.preventDefault();
  await window.caches?.delete("pages").catch(() => {});
  location.replace(link.href);
});
