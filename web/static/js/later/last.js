// A copy says of when it is, until the page has come fresh.
const { asOf } = document.body.dataset;
const seen = document.querySelector("[data-last]");

const worded = (at) => {
  const { lang } = document.documentElement;
  const locale = navigator.languages.find((one) => one.startsWith(lang)) ?? lang;
  const midnight = (day) => new Date(day).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(at) - midnight(Date.now())) / 86_400_000);
  const day = days > -2
    ? new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day")
    : new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" }).format(at);
  return `${day} ${new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at)}`;
};

if (asOf !== undefined && seen) {
  const at = new Date(asOf);
  if (!Number.isNaN(at.getTime())) {
    seen.querySelector("time").textContent = worded(at);
    seen.querySelector("time").dateTime = at.toISOString();
  }
  seen.hidden = false;
  const freshen = () => !seen.hidden && refresh();
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target?.id === "main" && ctx.response?.status === 200) seen.hidden = true;
  });
  freshen();
  addEventListener("online", freshen);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && freshen());
}
