// What becomes of a note: it is changed, deleted, saved as text, or a question is moved to the week, which alone sends its words.
const { notes } = weft;
const { root, one } = notes;
const back = () => one("[name=shown]:checked").focus();

const readers = (form) => { one("[data-readers]", form).textContent = one("[name=bond]:checked", form).dataset.sentence; };
const preview = (button) => {
  const found = button.closest("li");
  one(".moving")?.remove();
  const form = notes.piece("move");
  const said = one("#said", form);
  said.value = found.note.words.text.replace(/\s+/g, " ").slice(0, said.maxLength);
  found.append(form);
  readers(form);
  said.focus();
};
const stay = (button) => {
  one("[data-move]", button.closest("li")).focus();
  button.closest(".moving").remove();
};
const move = (button) => notes.busy(async () => {
  const [{ note }, form] = [button.closest("li"), button.closest(".moving")];
  const values = { bond: one("[name=bond]:checked", form).value, text: one("#said", form).value };
  note.moved = await send(`/notes/sealed/${note.id}/move`, values);
  say(root.dataset.moved);
  notes.render();
  back();
});
const takeBack = (button) => notes.busy(async () => {
  const { note } = button.closest("li");
  await send(`/notes/sealed/${note.id}/return`, {});
  note.moved = null;
  say(root.dataset.back);
  notes.render();
  back();
});

const edit = async (button) => {
  const { note } = button.closest("li");
  await notes.keepDraft();
  notes.editing = note;
  notes.render();
  one("#words").value = note.words.text;
  if (note.words.shelf) one(`[name=shelf][value=${note.words.shelf}]`).checked = true;
  one("#words").focus();
};
const remove = (button) => {
  if (!button.dataset.asked) {
    button.dataset.asked = "yes";
    button.textContent = button.dataset.sure;
    return;
  }
  const { note } = button.closest("li");
  notes.busy(async () => {
    await note.where.remove(note);
    notes.now.notes = notes.now.notes.filter(({ id }) => id !== note.id);
    if (notes.editing?.id === note.id) notes.editing = null;
    say(root.dataset.gone);
    notes.render();
    back();
  });
};

const saveAsText = () => {
  const shelf = ({ shelf: name }) => (name ? ` (${one(`[data-piece=${name}]`).content.textContent.trim()})` : "");
  const text = notes.now.notes.map(({ words }) => `${notes.day(words.at)}${shelf(words)}\n\n${words.text}\n`).join("\n\n");
  const href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  Object.assign(document.createElement("a"), { href, download: `weft-notes-${new Date().toISOString().slice(0, 10)}.txt` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
};
const letOpen = ({ dataset: { credential } }) => notes.busy(async () => {
  await notes.letOpen(notes.now.key, credential).catch((error) => { throw error.status ? error : new Error(root.dataset.problem); });
  notes.now.others = notes.now.others.filter((other) => other.credential !== credential);
  notes.renderKeys();
});

Object.assign(notes, { readers, preview, stay, move, takeBack, edit, remove, saveAsText, letAnotherOpen: letOpen });
