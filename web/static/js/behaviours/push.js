// Reminders: asked for by a tap and never otherwise; a "no" is answered with where to change it.
const supported = worker && "PushManager" in window && "Notification" in window;
const show = (section, shown) => {
  for (const part of section.querySelectorAll("[data-push-on], [data-push-off], [data-push-say]")) {
    part.hidden = !part.matches(shown);
  }
};

const subscribe = async () => {
  const { key } = await (await fetch("/push/key")).json();
  const { pushManager } = await worker.ready;
  const old = await pushManager.getSubscription();
  const isCurrent = old && toText(old.options.applicationServerKey) === key;
  if (old && !isCurrent) await old.unsubscribe();
  const subscription = isCurrent
    ? old
    : await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: toBytes(key) });
  await send("/push/subscriptions", subscription.toJSON());
};

const turnOn = async (section) => {
  if (await Notification.requestPermission() !== "granted") return show(section, "[data-push-say=refused]");
  await subscribe();
  return location.reload();
};

const turnOff = async () => {
  const subscription = await (await worker.ready).pushManager.getSubscription();
  if (subscription) {
    await send("/push/subscriptions", { endpoint: subscription.endpoint }, "DELETE");
    await subscription.unsubscribe();
  }
  location.reload();
};

const trouble = (section) => () => show(section, "[data-push-on], [data-push-say=trouble]");
on("click", "[data-push-on]", (button) => {
  const section = button.closest("[data-push]");
  turnOn(section).catch(trouble(section));
});
on("click", "[data-push-off]", (button) => turnOff().catch(trouble(button.closest("[data-push]"))));

const section = document.querySelector("[data-push]");
if (section && !supported) {
  if (navigator.standalone === false) show(section, "[data-push-say=install]");
} else if (section && Notification.permission === "denied") {
  show(section, "[data-push-say=refused]");
} else if (section) {
  worker.ready
    .then(({ pushManager }) => pushManager.getSubscription())
    .then((subscription) => show(section, subscription ? "[data-push-off]" : "[data-push-on]"));
}

// An iPhone forgets to tell when its subscription has changed: said again once at each start.
if (supported && Notification.permission === "granted" && !sessionStorage.getItem("told")) {
  worker.ready
    .then(({ pushManager }) => pushManager.getSubscription())
    .then((subscription) => subscription && subscribe())
    .then(() => sessionStorage.setItem("told", "yes"))
    .catch(() => {});
}
