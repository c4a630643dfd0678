// What is open, as it stands on the page. `now` holds it; closed there is none.
const root = document.querySelector("[data-notes]");
const one = (selector, within = root) => within.querySelector(selector);
const piece = (name) => one(`[data-piece=${name}]`).content.firstElementChild.cloneNode(true);
const { lang } = document.documentElement;
const day = (at) => new Date(at).toLocaleString(lang === "en" ? "en-GB" : lang, { dateStyle: "full", timeStyle: "short" });
const shows = () => one("[name=shown]:checked").value;

const trouble = (text) => {
  for (const line of root.querySelectorAll("[data-trouble]")) {
    line.textContent = text;
    line.hidden = !text;
  }
};
const refused = (error) => (error.name === "Error" && error.message) || (notes.now ? root.dataset.away : root.dataset.problem);
// One thing at a time: a second tap meanwhile is the first one's.
const busy = async (act) => {
  if (notes.isBusy) return;
  notes.isBusy = true;
  trouble("");
  await act().catch((error) => trouble(refused(error)));
  notes.isBusy = false;
};

const row = (note) => {
  const made = piece("note");
  const place = one("[data-place]", made);
  const isShown = Boolean(note.moved?.url);
  const hasWeek = one("[data-piece=move]").content.querySelector("[name=bond]");
  const show = (name, isHere) => { one(`[data-${name}]`, made).hidden = !isHere; };
  Object.assign(one("time", made), { dateTime: note.words.at, textContent: day(note.words.at) });
  place.textContent = note.where.name === "phone" && notes.now.key ? place.dataset.place : "";
  one(".text", made).textContent = note.words.text;
  one("[data-where] span", made).textContent = note.moved?.where ?? "";
  Object.assign(one("[data-where] a", made), { hidden: !isShown, href: note.moved?.url || "/week" });
  show("where", note.moved);
  show("move", hasWeek && note.kind === "question" && !note.moved && note.where.name === "server");
  show("return", note.moved && !isShown);
  show("edit", !note.moved);
  show("delete", !note.moved || isShown);
  made.note = note;
  return made;
};
const listed = (found) => {
  const list = document.createElement("ul");
  list.append(...found.map(row));
  return list;
};
const onShelves = (found) => [...root.querySelectorAll("[name=shelf]")]
  .map(({ value }) => [value, found.filter(({ words }) => words.shelf === value)])
  .filter(([, some]) => some.length)
  .flatMap(([name, some]) => [piece(name), listed(some)]);

const render = () => {
  const isJournal = shows() === "journal";
  const wanted = one("#look").value.toLowerCase().split(/\s+/).filter(Boolean);
  const all = notes.now.notes.filter(({ kind }) => kind === shows());
  const found = all.filter(({ words: { text } }) => wanted.every((word) => text.toLowerCase().includes(word)));
  const empty = Object.assign(document.createElement("p"), {
    className: "empty", textContent: all.length ? root.dataset.notFound : root.dataset.none,
  });
  one("[data-list]").replaceChildren(...(!found.length ? [empty] : isJournal ? [listed(found)] : onShelves(found)));
  one(".look").hidden = !notes.now.notes.length;
  Object.assign(one("[data-lost]"), { hidden: !notes.now.lost, textContent: `${root.dataset.unreadable} ${notes.now.lost}` });
  const [label, button] = [one("label[for=words]"), one("[data-keep]")];
  label.textContent = isJournal ? label.dataset.label : label.dataset.question;
  button.textContent = isJournal ? button.dataset.keep : button.dataset.park;
  one("[data-shelves]").hidden = isJournal;
  one("[data-cancel]").hidden = !notes.editing;
};
const renderKeys = () => {
  one("[data-keys]").hidden = !notes.now.key || !notes.now.others.length;
  one("[data-keys] ul").replaceChildren(...notes.now.others.map(({ credential, name }) => {
    const made = piece("key");
    one("b", made).textContent = name;
    one("button", made).dataset.credential = credential;
    return made;
  }));
};

const notes = weft.notes = { now: null, editing: null, isBusy: false, root, one, piece, day, shows, busy, render, renderKeys };
