// Reminders: asked for by a tap, once; a "no" is answered with where to change it on this very phone.
const show = (section, shown) => {
  for (const part of section.querySelectorAll("[data-push-on], [data-push-off], [data-push-say]")) {
    part.hidden = !part.matches(shown);
  }
  if (/refused|unable/.test(shown)) section.querySelector("[data-permission]").open = true;
};

// One that was only closed can be asked for again by who wishes it, not by us: some phones have no other way back.
const refused = () => (Notification.permission === "default" ? "[data-push-say=refused], [data-push-say=away]" : "[data-push-say=refused]");

const turnOn = async (section) => {
  if (Notification.permission === "granted") await subscribe();
  else if (!await askOnce()) return show(section, refused());
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
on("click", "[data-push-on], [data-push-again]", (button) => {
  const section = button.closest("[data-push]");
  turnOn(section).catch(trouble(section));
});
on("click", "[data-push-off]", (button) => turnOff().catch(trouble(button.closest("[data-push]"))));

const wasAsked = () => Notification.permission === "default" && !["later", null].includes(localStorage.getItem("asked"));
const section = document.querySelector("[data-push]");
if (section && (!canBePushed || Notification.permission === "denied" || wasAsked())) {
  show(section, canBePushed ? refused() : "[data-push-say=unable]");
} else if (section) {
  worker.ready
    .then(({ pushManager }) => pushManager.getSubscription())
    .then((subscription) => show(section, subscription ? "[data-push-off]" : "[data-push-on]"));
}
