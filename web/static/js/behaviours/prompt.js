// A browser may offer to install before anything is there to show it: its offer is kept.
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  weft.prompt = event;
});
