// Reminders: asked for by a tap and never otherwise; a "no" is answered with where to change it.
const show = (section, shown) => {
  for (const part of section.querySelectorAll("[data-push-on], [data-push-off], [data-push-say]")) {
    part.hidden = !part.matches(shown);
  }
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
if (section && !canBePushed) {
  if (navigator.standalone === false) show(section, "[data-push-say=install]");
} else if (section && Notification.permission === "denied") {
  show(section, "[data-push-say=refused]");
} else if (section) {
  worker.ready
    .then(({ pushManager }) => pushManager.getSubscription())
    .then((subscription) => show(section, subscription ? "[data-push-off]" : "[data-push-on]"));
}
