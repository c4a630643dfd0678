// A shortcut opens Today with the right thing under the thumb; it says nothing by itself.
const { searchParams } = new URL(location.href);
const wanted = searchParams.get("shortcut");
const [reach, none] = {
  kept: [".card form.tap:has([name=kind][value=kept]) button", words.noneKept],
  late: [".card details:has([name=kind][value=heads_up]) summary", words.noneLate],
}[wanted] ?? [];

if (reach && location.pathname === "/") {
  const mine = [...document.querySelectorAll("#count-yours, #count-own")].map((count) => count.closest("section"));
  const found = mine.map((section) => section.querySelector(reach)).find(Boolean);
  const card = found?.closest(".card");
  found?.closest("details")?.setAttribute("open", "");
  card?.classList.add("is-asked");
  card?.scrollIntoView({ block: "center" });
  found?.focus({ preventScroll: true });
  if (!found) say(none);
  history.replaceState(null, "", "/");
}
