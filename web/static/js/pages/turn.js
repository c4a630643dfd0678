// The week before and the one after: by a swipe across the page, or by the arrow keys.
const TURNED = 70;
const SOON = 700;
const EDGE = 28;
const TAKES = "input, textarea, select, button, summary, [contenteditable], [role=radiogroup], dialog";
const turn = (isLeft) => document.querySelector(`.turn [rel=${isLeft === (document.dir !== "rtl") ? "prev" : "next"}]`)?.click();

document.addEventListener("keydown", (event) => {
  const isTaken = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented;
  if (isTaken || event.target.closest(TAKES) || !/^Arrow(Left|Right)$/.test(event.key)) return;
  turn(event.key === "ArrowLeft");
});

// What scrolls sideways by itself keeps its own way, and so do the edges, by which a browser goes back.
const scrolls = (place) => {
  for (let at = place; at && at !== document.body; at = at.parentElement) {
    if (at.scrollWidth > at.clientWidth && /auto|scroll/.test(getComputedStyle(at).overflowX)) return true;
  }
  return false;
};

let began = null;
on("pointerdown", "main:has(> .turn)", (main, { isPrimary, pointerType, clientX, clientY, timeStamp, target }) => {
  const isInside = clientX > EDGE && clientX < innerWidth - EDGE;
  began = isPrimary && pointerType === "touch" && isInside && !target.closest(TAKES) && !scrolls(target)
    ? { clientX, clientY, timeStamp } : null;
});
document.addEventListener("pointercancel", () => { began = null; });
document.addEventListener("pointerup", ({ clientX, clientY, timeStamp }) => {
  if (!began) return;
  const across = clientX - began.clientX;
  const isAcross = Math.abs(across) > TURNED && Math.abs(across) > 2 * Math.abs(clientY - began.clientY);
  // A finger that pulls the page to the right brings what lies on the left.
  if (isAcross && timeStamp - began.timeStamp < SOON && getSelection().isCollapsed) turn(across > 0);
  began = null;
});
