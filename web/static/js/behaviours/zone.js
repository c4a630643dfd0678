// The phone knows its zone: an empty field gets it, a filled one is offered it.
const field = document.querySelector("[data-zone]");
const use = document.querySelector("[data-zone-use]");
const here = field && Intl.DateTimeFormat().resolvedOptions().timeZone;
if (field && !field.value) field.value = here;
if (field && use && field.value !== here) {
  use.querySelector("b").textContent = here;
  use.hidden = false;
}
on("click", "[data-zone-use]", (button) => {
  field.value = here;
  button.hidden = true;
});
