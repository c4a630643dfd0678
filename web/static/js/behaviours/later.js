// htmx and what a page can do without come once it is painted, in order: nobody's first sight of a page waits for them.
// What is sent before they are there waits for them; where htmx does not come, its forms go as they are.
const brought = document.body.dataset.brings.match(/\S+/g) ?? [];
const early = [];
let isThere = !brought.length;

// Not every page is painted, or says so: one that nobody looks at yet has its scripts a moment after it is there.
const painted = new Promise((resolve) => {
  const isSaid = PerformanceObserver.supportedEntryTypes.includes("paint");
  addEventListener("load", () => setTimeout(resolve, isSaid ? 500 : 0));
  if (isSaid) new PerformanceObserver(resolve).observe({ type: "paint", buffered: true });
});

const bring = (src) => new Promise((resolve) => {
  document.head.append(Object.assign(document.createElement("script"), { src, async: false, onload: resolve, onerror: resolve }));
});

const goOn = () => {
  isThere = true;
  for (const { form, submitter } of early.splice(0)) {
    if (!form.matches("[hx-post]")) form.requestSubmit(submitter);
    else if (window.htmx) form.dispatchEvent(new SubmitEvent("submit", { submitter, bubbles: true, cancelable: true }));
    else form.submit();
  }
};

// htmx looks over the page in a task of its own, and that one comes before what is asked for then.
if (!isThere) painted.then(() => Promise.all(brought.map(bring))).then(() => setTimeout(goOn));
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (isThere || event.defaultPrevented || !form.matches("[hx-post], :has([data-passkey])")) return;
  event.preventDefault();
  early.push({ form, submitter });
});
