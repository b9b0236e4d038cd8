// The explanation behind an info sign: what the number is, its unit, its period, where it comes from.
(function () {
  "use strict";
  const card = document.createElement("div");
  card.id = "explain";
  card.className = "explain";
  card.setAttribute("role", "note");
  card.setAttribute("popover", "auto");
  let open = null; // the sign that the card belongs to

  const of = (id) => document.getElementById(id)?.textContent.trim() || "";
  const definitions = () => window.dash_component_api.getLayout("definitions").props.data;

  function add(tag, text, className) {
    if (!text) return;
    const part = document.createElement(tag);
    part.textContent = text;
    if (className) part.className = className;
    card.append(part);
  }

  function fill(sign) {
    card.replaceChildren();
    add("p", sign.dataset.about);
    (sign.dataset.kpis || "").split(" ").filter(Boolean).forEach((id) => {
      const { label, definition, unit, source } = definitions()[id];
      add("h4", label);
      add("p", definition);
      add("p", window.say("Unit: {unit} · Source: {source}", { unit, source }), "fine");
    });
    add("p", window.say("Shown: {filters}", { filters: of("filters-summary") }), "fine");
    add("p", of("as-of"), "fine");
  }

  function place(sign) {
    const at = sign.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.right - card.offsetWidth), innerWidth - card.offsetWidth - 8);
    const below = at.bottom + 6;
    const top = below + card.offsetHeight < innerHeight ? below : Math.max(8, at.top - card.offsetHeight - 6);
    card.style.left = left + "px";
    card.style.top = top + "px";
  }

  // Before the grid's own handler, which would sort by the column whose head holds the sign.
  document.addEventListener("click", (event) => {
    const sign = event.target.closest(".info");
    if (!sign) return;
    event.stopPropagation();
    if (open === sign) { card.hidePopover(); return; }
    if (!card.isConnected) document.body.append(card);
    fill(sign);
    card.showPopover();
    place(sign);
    open = sign;
    sign.setAttribute("aria-expanded", "true");
    sign.setAttribute("aria-controls", card.id);
  }, true);

  // Arrow keys lead to the head of a grid's column, not to the sign in it.
  document.addEventListener("keydown", (event) => {
    if (event.key === "?" && event.target.matches("[role=columnheader]")) event.target.querySelector(".info")?.click();
  });

  card.addEventListener("toggle", (event) => {
    if (event.newState !== "closed" || !open) return;
    open.setAttribute("aria-expanded", "false");
    open = null;
  });

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target) || event.target.closest(".menu-item")) menu.open = false; });
  });
})();
