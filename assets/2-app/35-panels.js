// A panel is asked for when it comes into sight, the others once those in sight are drawn: what a person looks at is
// there first. A change of the filters or the data makes every panel due again.
(function () {
  "use strict";
  const IDLE = 150; // ms without news from the panels in sight before the others are asked
  const known = new Map(); // id → the frame of every panel on the page
  const inSight = new Set();
  const due = new Set();
  const narrow = matchMedia("(max-width: 575.98px)"); // no room for long names beside the marks of a chart
  let wanted = null; // filters and version that answers are asked for
  let timer = null;

  const sight = new IntersectionObserver((entries) => {
    entries.forEach(({ target, isIntersecting }) => {
      const id = target.dataset.panel;
      if (isIntersecting) inSight.add(id); else inSight.delete(id);
    });
    askDue();
  });

  function meet() {
    const frames = new Map([...document.querySelectorAll("[data-panel]")].map((frame) => [frame.dataset.panel, frame]));
    known.forEach((frame, id) => {
      if (frames.get(id) === frame) return;
      sight.unobserve(frame);
      [known, inSight, due].forEach((list) => list.delete(id));
    });
    frames.forEach((frame, id) => {
      if (known.has(id)) return;
      known.set(id, frame);
      if (frame.dataset.kind === "grid" && wanted) tell(id); // it asks for its first rows by itself
      else due.add(id);
      sight.observe(frame);
    });
  }

  function askDue() {
    if (!wanted) return;
    inSight.forEach(put);
    clearTimeout(timer);
    timer = setTimeout(askRest, IDLE);
  }

  function askRest() {
    if (document.querySelector(".chart-body[data-dash-is-loading=true]")) { timer = setTimeout(askRest, IDLE); return; }
    const [next] = due;
    if (!next) return;
    put(next);
    timer = setTimeout(askRest, IDLE / 5);
  }

  function put(id) {
    if (!due.delete(id)) return;
    tell(id);
    if (known.get(id).dataset.kind === "grid") startAgain(id);
  }

  const tell = (id) => window.dash_clientside.set_props(id + "-panel", { asked: wanted });

  function startAgain(id) {
    window.dash_ag_grid.getApiAsync(id).then((grid) => {
      if (grid.getDisplayedRowCount()) grid.ensureIndexVisible(0);
      grid.purgeInfiniteCache();
    });
  }

  new MutationObserver(meet).observe(document.documentElement, { childList: true, subtree: true });
  window.addEventListener("beforeprint", () => due.forEach(put));

  window.askPanels = (filters, version) => {
    const now = { filters, version, narrow: narrow.matches };
    if (JSON.stringify(wanted) === JSON.stringify(now)) return;
    wanted = now;
    window.askAgain();
  };

  narrow.addEventListener("change", () => wanted && window.askPanels(wanted.filters, wanted.version));

  window.askAgain = () => {
    known.forEach((_frame, id) => due.add(id));
    askDue();
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    panels: {
      again(...parts) {
        due.add(parts[parts.length - 1]);
        askDue();
      },
    },
  });
})();
