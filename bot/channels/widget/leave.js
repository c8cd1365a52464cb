// Leaves the page at once, for somebody who is being watched, and keeps it from coming back. A script
// of its own, so that it works whatever happens to the chat.

// What GOV.UK's "Exit this page" leads to: nothing that anybody has to explain.
const HARMLESS = "https://www.bbc.co.uk/weather";

// Shift three times, as on GOV.UK, each within this time of the one before. Not Escape, though it is
// one key: screen readers, input methods for other scripts and the browser itself use it, and it is
// pressed to make small things go away, not everything.
const PRESSES = 3;
const PATIENCE = 5000;

const said = document.getElementById("leaving-said");

function empty() {
  document.title = "Weather";
  // These one by one: the chat's script still holds them.
  document.getElementById("log")?.replaceChildren();
  document.getElementById("form")?.reset();
  document.body.replaceChildren();
}

function leave() {
  empty();
  // "Back" leads to what was before this page, for it takes this page's place.
  try {
    // Inside another site's page the whole tab has to go, not only our part of it.
    window.top.location.replace(HARMLESS);
  } catch {
    location.replace(HARMLESS);
  }
}

let presses = 0;
let modified = false;
let timer;

function count(to) {
  presses = to;
  clearTimeout(timer);
  if (presses) timer = setTimeout(count, PATIENCE, 0);
  // Not at the first: everybody who types a capital letter would be told.
  said.textContent = presses === PRESSES - 1 ? "Press Shift once more to leave." : "";
}

addEventListener("keyup", (event) => {
  // A capital letter ends with two keys going up: its own, while Shift is held, and Shift.
  const alone = event.key === "Shift" && !modified;
  modified = event.shiftKey;
  count(alone ? presses + 1 : 0);
  if (presses === PRESSES) leave();
});

document.getElementById("leave").addEventListener("click", leave);
document.getElementById("leaving").hidden = false;

// Browsers keep a page that was left, to show it again on "back": they get an empty one to keep.
addEventListener("pagehide", empty);
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
