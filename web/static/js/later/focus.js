// What has the focus may be drawn anew or be gone: whoever goes by keyboard stays there, or on the same card where a tap is taken back.
const name = (one) => one.getAttribute("aria-label") ?? one.textContent;
let stood;

document.addEventListener("htmx:before:swap", () => {
  const one = document.activeElement;
  stood = one.closest("main") && { place: one.closest("[id]").id, kind: one.localName, name: name(one) };
});
document.addEventListener("htmx:after:swap", () => {
  const place = stood && document.activeElement === document.body && document.getElementById(stood.place);
  if (!place) return;
  const same = [...place.querySelectorAll(stood.kind)].find((one) => name(one) === stood.name);
  const next = same ?? place.querySelector("form:has([value=undo]) button, .tap button") ?? place.querySelector("a");
  next?.focus({ preventScroll: true });
});
