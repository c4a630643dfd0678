// WebAuthn speaks in bytes, the server in JSON: the form's own values go along to both addresses.
const withBytes = (options) => ({
  ...options,
  challenge: toBytes(options.challenge),
  ...(options.user && { user: { ...options.user, id: toBytes(options.user.id) } }),
  ...["allowCredentials", "excludeCredentials"].reduce((lists, name) => ({
    ...lists,
    ...(options[name] && { [name]: options[name].map((known) => ({ ...known, id: toBytes(known.id) })) }),
  }), {}),
});

const asJson = (made) => {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[part]) response[part] = toText(made.response[part]);
  }
  if (made.response.getTransports) response.transports = made.response.getTransports();
  return {
    id: made.id,
    rawId: toText(made.rawId),
    type: made.type,
    authenticatorAttachment: made.authenticatorAttachment,
    clientExtensionResults: made.getClientExtensionResults(),
    response,
  };
};

weft.passkeys = { withBytes, asJson };

const ask = async (form, { passkey, options, url }) => {
  const values = Object.fromEntries(new FormData(form));
  const publicKey = withBytes(await send(options, values));
  // A new passkey is asked to be able to make keys: some can only where it was asked for from the start.
  if (passkey === "create") publicKey.extensions = { prf: {} };
  const made = await navigator.credentials[passkey]({ publicKey });
  const { location: next } = await send(url, { ...values, credential: asJson(made) });
  location.assign(next);
};

on("submit", "form:has([data-passkey])", (form, event) => {
  const button = form.querySelector("[data-passkey]");
  // Another button of the form goes on without a passkey.
  if (!window.PublicKeyCredential || (event.submitter && event.submitter !== button)) return;
  event.preventDefault();
  const problem = form.querySelector("[data-passkey-problem]");
  button.ariaBusy = "true";
  problem.hidden = true;
  ask(form, button.dataset).catch((error) => {
    if (error.status === 401) location.assign(`/sign-in?next=${location.pathname}&again=1`);
    problem.textContent = (error.name === "Error" && error.message)
      || (error.name === "InvalidStateError" ? button.dataset.known : button.dataset.problem);
    problem.hidden = false;
  }).finally(() => { button.ariaBusy = "false"; });
});
