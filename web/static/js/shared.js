// Behaviours listen on the document, so that what htmx swaps in needs no setting up.
const on = (type, selector, act, capture = false) =>
  document.addEventListener(type, (event) => {
    const found = event.target.closest?.(selector);
    if (found) act(found, event);
  }, capture);

const place = document.getElementById("say");
const words = place.dataset;
const say = (text) => { place.textContent = text; };

// The page as the server has it now, under the finger and the scroll as they are; never over what somebody is writing.
const refresh = async () => {
  const fields = [...document.querySelectorAll("#main input, #main textarea")];
  if (fields.some(({ value, defaultValue }) => value !== defaultValue)) return;
  await htmx.ajax("GET", location.pathname + location.search, { target: "#main", select: "#main", swap: "outerMorph" });
};

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

// Asked for by a tap alone; said again where the browser may have lost it.
const canBePushed = worker && "PushManager" in window && "Notification" in window;
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

// Who said no, or looked away, is not asked again.
const askOnce = async () => {
  const answer = await Notification.requestPermission();
  localStorage.setItem("asked", answer);
  if (answer === "granted") await subscribe();
  return answer === "granted";
};

// What the other scripts of a page may use: those of some pages, and what loads once a page stands.
window.weft = { on, say, words, refresh, send, toBytes, toText, worker, tell, canBePushed, subscribe, askOnce };
