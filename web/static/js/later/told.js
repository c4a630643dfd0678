// An iPhone forgets to tell when its subscription has changed: said again once at each start.
if (canBePushed && Notification.permission === "granted" && !sessionStorage.getItem("told")) {
  worker.ready
    .then(({ pushManager }) => pushManager.getSubscription())
    .then((subscription) => subscription && subscribe())
    .then(() => sessionStorage.setItem("told", "yes"))
    .catch(() => {});
}
