// A page that comes back from the browser's own memory is shown to nobody but the one for whom it was made.
const { by } = document.body.dataset;
localStorage.setItem("by", by);
on("submit", "form[action='/sign-out']", () => localStorage.removeItem("by"));
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted || localStorage.getItem("by") === by) return;
  document.body.hidden = true;
  location.reload();
});
