// The phone that is to be signed in: it shows its key once the other has bound itself, and comes in after the yes there and a press here:
// who was led here by somebody's link reads as whom they would come in.
const { subtle, root, hash, make, numberOf, keyOf, unseal, showStage, showNumber, lose, watch } = window.weft.handing;

const finish = async (key) => {
  const { location: next, sealed } = await send("/sign-in/hand-over/finish", {});
  if (sealed && key) {
    await unseal(key, toBytes(sealed)).then((given) => window.weft.notesKey?.take?.(given)).catch(() => {});
  }
  location.assign(next);
};

const fresh = async () => {
  const url = "/sign-in/hand-over";
  let mine = null;
  let bound = null;
  let key = null;
  await watch(`${url}/state`, async ({ stage, commitment, key: said, nonce }) => {
    if (stage === "over") location.reload();
    if (commitment && !mine) {
      mine = await make();
      bound = commitment;
      await send(`${url}/key`, { key: toText(mine.ours) });
    } else if (said && !key) {
      const theirs = toBytes(said);
      const once = toBytes(nonce);
      if (toText(await hash(theirs, once)) !== bound) throw new Error("not the phone that was there before");
      key = await keyOf(mine.pair, theirs, theirs, mine.ours);
      showNumber(await numberOf(theirs, mine.ours, once));
    }
    if (stage === "confirmed" && Boolean(commitment) === Boolean(key)) {
      showStage(stage);
      root.querySelector("form").addEventListener("submit", (event) => {
        event.preventDefault();
        finish(key).catch(lose);
      });
    }
    return stage === "over" || stage === "confirmed";
  });
};

if (root?.dataset.handing === "new") fresh().catch(lose);

// The picture's token stands behind the #, which no server sees; it leaves the address bar before it is sent.
for (const form of document.querySelectorAll("[data-hand-code]")) {
  form.elements.script.value = subtle ? "yes" : "";
  if (location.pathname === "/sign-in/hand-over" && location.hash.length > 1) {
    form.elements.hand_code.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    form.requestSubmit();
  }
}
