// What a page can do without until it stands.
addEventListener("load", () => {
  const { later } = document.body.dataset;
  if (later) document.head.append(Object.assign(document.createElement("script"), { src: later }));
});
