// Behaviours listen on the document, so that what htmx swaps in needs no setting up.
const on = (type, selector, act, capture = false) =>
  document.addEventListener(type, (event) => {
    const found = event.target.closest?.(selector);
    if (found) act(found, event);
  }, capture);

const place = document.getElementById("say");
const words = place.dataset;
const say = (text) => { place.textContent = text; };

const send = async (url, values, method = "POST") => {
  const answer = await fetch(url, {
    method,
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(values),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(said.detail ?? ""), { status: answer.status });
  return said;
};

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const worker = navigator.serviceWorker;
const tell = (message) => worker?.controller?.postMessage(message);
