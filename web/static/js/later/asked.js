// A notice that was asked for more opens its card where the minutes are; it says nothing by itself.
const { searchParams, hash } = new URL(location.href);
const card = searchParams.has("late") && hash && document.getElementById(hash.slice(1));
if (card) {
  card.querySelector("details:has([name=kind][value=heads_up])")?.setAttribute("open", "");
  card.classList.add("is-asked");
  card.scrollIntoView({ block: "center" });
}
