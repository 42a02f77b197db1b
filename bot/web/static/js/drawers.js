// Drawers are modal dialogs: the browser keeps the focus inside, closes on Esc and gives the focus back.
import { $ } from "./dom.js";

function bind(dialog, button, opening) {
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    opening?.();
    dialog.showModal();
    button.setAttribute("aria-expanded", "true");
  });
  dialog.addEventListener("close", () => button.setAttribute("aria-expanded", "false"));
  shutOutside(dialog);
}

/** A drawer closes when the page beside it is clicked. */
export function shutOutside(dialog) {
  dialog.addEventListener("click", (event) => {
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    if (event.clientX < box.left || event.clientX > box.right) dialog.close();
  });
}

const wide = matchMedia("(min-width: 1024px)");

/** The ledger is one element: beside the conversation where there is room, in a drawer elsewhere. */
function placeLedger() {
  const drawer = $("ledger-drawer");
  if (wide.matches && drawer.open) drawer.close();
  const home = wide.matches ? $("aside") : drawer;
  if ($("ledger").parentElement !== home) home.append($("ledger"));
}

export function bindDrawers(openHistory) {
  bind($("history"), $("open-history"), openHistory);
  bind($("ledger-drawer"), $("open-ledger"));
  wide.addEventListener("change", placeLedger);
  placeLedger();
}
