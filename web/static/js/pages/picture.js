// A picture is fetched before the tap, since a phone shares only right after one; where files cannot be shared it is a link alone.
for (const button of document.querySelectorAll("[data-picture]")) {
  if (!navigator.canShare) continue;
  fetch(button.dataset.picture)
    .then((answer) => (answer.ok ? answer.blob() : Promise.reject(answer)))
    .then((blob) => {
      const files = [new File([blob], button.dataset.file, { type: blob.type })];
      if (!navigator.canShare({ files })) return;
      button.hidden = false;
      button.addEventListener("click", () => navigator.share({ files }).catch(() => {}));
    })
    .catch(() => {});
}
