// The phone that is signed in: it binds itself, shows who asks, and seals what goes along.
const { subtle, root, part, hash, make, numberOf, keyOf, seal, showStage, showNumber, lose, watch } = window.weft.handing;

const old = async () => {
  const url = "/me/hand-over";
  const yes = part("yes");
  let mine = null;
  let key = null;
  if (subtle && !root.querySelector("section[data-stage=waits]").hidden) {
    mine = { ...await make(), nonce: crypto.getRandomValues(new Uint8Array(32)) };
    await send(`${url}/commitment`, { commitment: toText(await hash(mine.ours, mine.nonce)) });
  }
  yes.addEventListener("submit", async (event) => {
    if (!key) return;
    event.preventDefault();
    const given = await window.weft.notesKey?.give?.().catch(() => null);
    if (given) yes.elements.sealed.value = toText(await seal(key, given));
    key = null;
    yes.submit();
  });
  await watch(`${url}/state`, async ({ stage, device, keyed, number, key: said }) => {
    showStage(stage);
    if (stage !== "claimed") return stage === "over";
    part("device").textContent = device;
    part("finding").hidden = !keyed;
    yes.hidden = Boolean(keyed);
    if (!keyed) showNumber(number);
    if (keyed && !mine) lose();
    if (!keyed || !mine) return true;
    if (!said) return false;
    const theirs = toBytes(said);
    await send(`${url}/key`, { key: toText(mine.ours), nonce: toText(mine.nonce) });
    key = await keyOf(mine.pair, theirs, mine.ours, theirs);
    showNumber(await numberOf(mine.ours, theirs, mine.nonce));
    yes.hidden = false;
    return true;
  });
  await watch(`${url}/state`, ({ stage }) => {
    if (stage !== "claimed") showStage(stage);
    return stage === "over";
  });
};

if (root?.dataset.handing === "old") old().catch(lose);
