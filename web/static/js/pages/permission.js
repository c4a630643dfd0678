// Of all the ways to allow reminders, shows this phone's own; what it can do is asked before what it calls itself.
const { userAgent, userAgentData: agent, standalone } = navigator;
const isAndroid = /Android/.test(userAgent);
// iPads call themselves Macs; only on these is there a home screen to be opened from.
const isIos = standalone !== undefined || /iPhone|iPad|iPod/.test(userAgent);
// Came to Safari with the very version that push came with.
const isRecent = "orientation" in screen;

const onIos = () => {
  if (!isRecent) return "ios-old";
  return standalone ? "ios" : "ios-tab";
};
const platform = () => {
  if (isIos) return onIos();
  if (!canBePushed) return "none";
  if ("GestureEvent" in window) return "safari-mac";
  if (CSS.supports("-moz-appearance", "none")) return isAndroid ? "firefox-android" : "firefox";
  if (/SamsungBrowser/.test(userAgent)) return "samsung";
  return (agent?.platform ?? "") === "Android" || isAndroid ? "chrome-android" : "chrome";
};

for (const row of document.querySelectorAll("[data-permission] [data-platform]")) {
  row.hidden = row.dataset.platform !== platform();
}
