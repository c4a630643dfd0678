// Not every browser opens the fold that an address points into.
const pointed = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (pointed) {
  pointed.closest("details")?.setAttribute("open", "");
  pointed.scrollIntoView();
}
