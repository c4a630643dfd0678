// Sharing where the phone can, copying where it cannot.
for (const button of document.querySelectorAll("[data-share]")) button.hidden = !navigator.share;
for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;

on("click", "[data-share]", (button) => navigator.share({ url: button.dataset.share }).catch(() => {}));
on("click", "[data-copy]", async (button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = button.dataset.done;
});
