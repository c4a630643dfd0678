// One quiet offer to remind, made once a phone and not beside another; "Not now" is remembered where it was said.
const reveal = () => {
  const offer = document.querySelector("[data-offer]");
  const isAlone = !document.querySelector("[data-install]:not([hidden])");
  const isNew = canBePushed && Notification.permission === "default" && !localStorage.getItem("asked");
  if (offer && isAlone && isNew) offer.hidden = false;
};
const end = (outcome) => {
  const offer = document.querySelector("[data-offer]");
  offer.hidden = !outcome;
  offer.querySelector("p").textContent = offer.dataset[outcome] ?? "";
  offer.querySelector("a").hidden = outcome !== "off";
  offer.querySelector(".acts").hidden = true;
};

on("click", "[data-offer-yes]", () => {
  askOnce().then((isOn) => end(isOn ? "on" : "off"), () => end("trouble"));
});
on("click", "[data-offer-no]", () => {
  localStorage.setItem("asked", "later");
  end();
});
document.addEventListener("htmx:after:swap", reveal);
reveal();
