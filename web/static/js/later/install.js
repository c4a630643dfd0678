// One quiet offer, once there has been a tap; whoever says "Later" twice is never asked again.
const SIXTY_DAYS = 60 * 86_400_000;
const place = document.querySelector("[data-install]");
const kept = JSON.parse(localStorage.getItem("install")) ?? { tapped: false, later: 0, at: 0 };
const keep = (news) => localStorage.setItem("install", JSON.stringify(Object.assign(kept, news)));
const isInstalled = navigator.standalone || matchMedia("(display-mode: standalone), (display-mode: minimal-ui)").matches;

const offer = () => {
  const { prompt } = window.weft;
  const isTimely = kept.tapped && kept.later < 2 && Date.now() - kept.at > SIXTY_DAYS;
  if (!place || isInstalled || !isTimely || (!prompt && navigator.standalone !== false)) return;
  place.querySelector("[data-install-now]").hidden = !prompt;
  place.querySelector("[data-install-how]").hidden = Boolean(prompt);
  place.hidden = false;
};
const later = () => {
  place.hidden = true;
  keep({ later: kept.later + 1, at: Date.now() });
};

on("submit", "form[data-tap]", () => keep({ tapped: true }), true);
on("click", "[data-install-later]", later);
on("click", "[data-install-now]", async () => {
  const { outcome } = await window.weft.prompt.prompt();
  if (outcome === "dismissed") later();
});
addEventListener("beforeinstallprompt", offer);
addEventListener("appinstalled", () => {
  if (place) place.hidden = true;
});
offer();
