// Reading and writing notes: the words stay in the page, what is fetched and sent is what weft.sealing made of them.
const { notes } = weft;
const { root, one } = notes;
const member = () => document.body.dataset.by;
const cipherOf = (where) => (where.name === "server" ? notes.now.cipher : weft.notePlaces.ownCipher());

const read = async (where) => {
  const cipher = await cipherOf(where);
  return Promise.all((await where.list()).map(async (note) => {
    const sealed = typeof note.sealed === "string" ? toBytes(note.sealed) : note.sealed;
    const words = await weft.sealing.openNote(cipher, member(), note, sealed).catch(() => null);
    return { ...note, where, words };
  }));
};
const readAll = async () => {
  const { server, phone } = weft.notePlaces;
  const found = (await Promise.all((notes.now.key ? [server, phone] : [phone]).map(read))).flat();
  notes.now.lost = found.filter(({ words }) => !words).length;
  notes.now.notes = found.filter(({ words }) => words).sort((a, b) => b.words.at.localeCompare(a.words.at));
};
const write = async (note, words) => {
  const sealed = await weft.sealing.sealNote(await cipherOf(note.where), member(), note, words);
  await note.where.put(note, note.where.name === "server" ? toText(sealed) : sealed);
  const kept = { ...note, words };
  if (notes.now) notes.now.notes = [kept, ...notes.now.notes.filter(({ id }) => id !== kept.id)];
  return kept;
};
const begun = (kind, where) => ({ id: crypto.randomUUID(), kind, version: 1, where });
const place = () => (notes.now.key ? weft.notePlaces.server : weft.notePlaces.phone);

// What was changed elsewhere meanwhile stays as it is there, and these words become a note of their own.
const keepWords = async (note, words) => {
  try {
    return { kept: await write(note ? { ...note, version: note.version + 1 } : begun(notes.shows(), place()), words) };
  } catch (error) {
    if (!note || ![404, 409].includes(error.status)) throw error;
    const kept = await write(begun(note.kind, place()), words);
    await readAll();
    return { kept, isBoth: true };
  }
};

const field = () => one("#words");
const isWritten = () => notes.now && field().value.trim() && field().value !== (notes.editing?.words.text ?? "");
const wordsNow = () => ({
  text: field().value.trim(),
  at: notes.editing?.words.at ?? new Date().toISOString(),
  ...(notes.shows() === "question" && { shelf: one("[name=shelf]:checked").value }),
});
const blank = () => {
  notes.editing = null;
  field().value = "";
  notes.render();
};
const keep = () => notes.busy(async () => {
  if (!field().value.trim()) return field().focus();
  const { isBoth } = await keepWords(notes.editing, wordsNow());
  say(isBoth ? root.dataset.both : notes.shows() === "journal" ? root.dataset.kept : root.dataset.parked);
  blank();
  field().focus();
});
// Words that are being written when the phone is laid down, or when the time is over, are kept: without a network, on this phone.
const keepDraft = async () => {
  if (!isWritten() || notes.isBusy) return;
  notes.isBusy = true;
  const [words, kind] = [wordsNow(), notes.shows()];
  const here = async () => ({ kept: await write(begun(kind, weft.notePlaces.phone), words) });
  await keepWords(notes.editing, words).catch(here).then(({ kept }) => { if (notes.now) notes.editing = kept; }).catch(() => {});
  notes.isBusy = false;
};

Object.assign(notes, { readAll, isWritten, blank, keep, keepDraft });
