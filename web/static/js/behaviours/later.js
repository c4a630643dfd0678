// htmx and what a page can do without come once it is painted, in order: nobody's first sight of a page waits for them.
// What is tapped before htmx is there waits for it; where it does not come, the form goes as it is.
const { htmx: first, later } = document.body.dataset;
const early = [];

const painted = new Promise((resolve) => {
  if (!PerformanceObserver.supportedEntryTypes.includes("paint")) addEventListener("load", resolve);
  else new PerformanceObserver(resolve).observe({ type: "paint", buffered: true });
});

const bring = (src) => new Promise((resolve) => {
  document.head.append(Object.assign(document.createElement("script"), { src, async: false, onload: resolve, onerror: resolve }));
});

const goOn = () => {
  for (const { form, submitter } of early.splice(0)) {
    if (window.htmx) form.dispatchEvent(new SubmitEvent("submit", { submitter, bubbles: true, cancelable: true }));
    else form.submit();
  }
};

if (first) {
  // htmx looks over the page in a task of its own, and that one comes before what is asked for then.
  painted.then(() => Promise.all([bring(first), bring(later)])).then(() => setTimeout(goOn));
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (window.htmx || event.defaultPrevented || !form.matches("[hx-post]")) return;
    event.preventDefault();
    early.push({ form, submitter });
  });
}
