// The token stands behind the #, which no server sees; it leaves the address bar before it is sent.
const field = document.querySelector("[data-invitation]");
if (field && location.hash.length > 1) {
  field.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  field.form.requestSubmit();
}
