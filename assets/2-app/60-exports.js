// Files and pictures: a click on an element with data-export and data-format gets one, tells how far it is, saves it.
(function () {
  "use strict";
  const TEXTS = {
    making: window.say("Making “{title}” as {format}"),
    rows: window.say("{rows} of {of} rows"),
    cancel: window.say("Cancel"),
    retry: window.say("Try again"),
    close: window.say("Close"),
    refused: window.say("This selection cannot be saved as a file. {reason} What you see is still as it was; choose again."),
    signedOut: window.say("You are signed out, so no file was made. What you see is still as it was; sign in and try again."),
    forbidden: window.say("You may not save this as a file. What you see is still as it was."),
    gone: window.say("There is no such file any more. What you see is still as it was; load the page again."),
    tooLarge: window.say("That selection is too large to send, so no file was made. What you see is still as it was; choose fewer values."),
    busy: window.say("Other files are being made right now. What you see is still as it was; wait a moment and try again."),
    noData: window.say("There are no data to save right now. What you see is still as it was; try again in a minute."),
    failed: window.say("The file could not be made. {reason} What you see is still as it was; try again."),
    lost: window.say("The server cannot be reached, so no file was saved. What you see is still as it was; try again once you are connected."),
    noChart: window.say("The chart is not drawn yet, so no picture was saved. Wait until you see it and try again."),
    noPicture: window.say("This browser could not draw the picture. The chart is still as it was; try again or save the data as a file."),
  };
  const BY_STATUS = {
    401: TEXTS.signedOut, 403: TEXTS.forbidden, 404: TEXTS.gone, 413: TEXTS.tooLarge, 414: TEXTS.tooLarge, 429: TEXTS.busy,
    431: TEXTS.tooLarge, 502: TEXTS.lost, 503: TEXTS.noData, 504: TEXTS.lost,
  };
  const PICTURES = ["png", "svg"];
  const APPEARS = 300; // ms that most files take less than
  const LONGEST = 8000; // characters of an address that servers read
  const SHARP = 2; // pixels of a picture for one on the screen
  const EDGE = 16; // px around a picture's words
  const FRAMED = "application/octet-stream";
  const running = new Set();

  class Failure extends Error {} // its message is the sentence to show

  const filled = (text, values) => text.replace(/{(\w+)}/g, (_hole, name) => values[name] || "").replace("  ", " ");
  const read = (number) => number.toLocaleString(document.documentElement.lang || "en");

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-export][data-format]");
    if (!button) return;
    event.preventDefault();
    start(button, { ...button.dataset }, heading(button));
  });

  function heading(element) {
    const panel = element && element.closest(".panel");
    const title = panel && panel.querySelector("h2, h3");
    return title ? title.textContent.trim() : "";
  }

  async function start(button, asked, title) {
    const key = JSON.stringify(asked);
    if (running.has(key)) return;
    running.add(key);
    const stop = new AbortController();
    const offline = () => stop.abort(new Failure(TEXTS.lost));
    const shown = notice(filled(TEXTS.making, { title: title || asked.export, format: asked.format.toUpperCase() }), button, stop);
    window.addEventListener("offline", offline);
    try {
      const made = await (PICTURES.includes(asked.format) ? picture(asked) : file(asked, stop.signal, shown.tell));
      if (!stop.signal.aborted) save(made);
      shown.end();
    } catch (error) {
      const cause = stop.signal.aborted ? stop.signal.reason : error;
      if (cause.name === "AbortError") shown.end();
      else shown.fail(cause instanceof Failure ? cause.message : TEXTS.lost, () => start(button, asked, title));
    } finally {
      window.removeEventListener("offline", offline);
      running.delete(key);
    }
  }

  // What people see of one file: nothing if it is quick, else how far it is, or why there is none.
  function notice(words, button, stop) {
    const box = element("div", { className: "notice export", role: "status" });
    const bar = element("progress", { ariaLabel: words });
    const rows = element("span", { className: "export-rows", ariaLive: "off" });
    box.append(element("p", { textContent: words }), bar, rows, action(TEXTS.cancel, () => stop.abort()));
    const place = document.querySelector(".notices") || document.body;
    const timer = setTimeout(() => place.append(box), APPEARS);
    const end = () => {
      clearTimeout(timer);
      if (box.contains(document.activeElement) && button.isConnected) button.focus();
      box.remove();
    };
    const tell = (line) => {
      [bar.max, bar.value] = [line.of || 1, line.rows];
      rows.textContent = filled(TEXTS.rows, { rows: read(line.rows), of: read(line.of) });
    };
    const fail = (sentence, again) => {
      clearTimeout(timer);
      box.classList.add("failed");
      box.replaceChildren(
        element("p", { textContent: sentence }),
        action(TEXTS.retry, () => { end(); again(); }),
        action(TEXTS.close, end),
      );
      place.append(box);
    };
    return { tell, fail, end };
  }

  const element = (tag, properties) => Object.assign(document.createElement(tag), properties);

  function action(textContent, run) {
    const button = element("button", { type: "button", className: "btn btn-sm btn-outline-secondary", textContent });
    button.addEventListener("click", run);
    return button;
  }

  // A file of the server: its answer is lines of JSON that tell the rows written, then one with the size, then the file.
  async function file({ export: name, format }, signal, tell) {
    const search = (await query(name)).toString();
    const address = `/export/${encodeURIComponent(name)}.${format}${search && "?" + search}`;
    if (address.length > LONGEST) throw new Failure(TEXTS.tooLarge);
    const response = await fetch(address, { headers: { "X-Progress": "1" }, signal });
    if (!response.ok) throw new Failure(await refusal(response));
    if (!(response.headers.get("Content-Type") || "").startsWith(FRAMED)) throw new Failure(TEXTS.signedOut);
    return unframed(response.body.getReader(), tell);
  }

  // What the panel shows: the page's own query, whom the page is about, and the order and conditions of a grid.
  async function query(name) {
    const asked = new URLSearchParams(location.search);
    const { kind, subject } = document.querySelector(`[data-panel="${CSS.escape(name)}"]`).dataset;
    if (subject) asked.set(subject, window.dash_component_api.getLayout(subject).props.data);
    if (kind === "grid") {
      const grid = await window.dash_ag_grid.getApiAsync(name);
      const sorted = grid.getColumnState().filter(({ sort }) => sort).sort((a, b) => a.sortIndex - b.sortIndex);
      const sortModel = sorted.map(({ colId, sort }) => ({ colId, sort }));
      asked.set("rows", JSON.stringify({ sortModel, filterModel: grid.getFilterModel() }));
    }
    return asked;
  }

  async function refusal(response) {
    const { message: reason } = await response.json().catch(() => ({}));
    if (response.status === 400) return reason ? filled(TEXTS.refused, { reason: sentence(reason) }) : TEXTS.tooLarge;
    return BY_STATUS[response.status] || filled(TEXTS.failed, { reason });
  }

  const sentence = (text) => text[0].toUpperCase() + text.slice(1).replace(/\.?$/, ".");

  async function unframed(reader, tell) {
    let rest = new Uint8Array(0);
    for (;;) {
      const end = rest.indexOf(10);
      if (end < 0) {
        rest = new Uint8Array(await new Blob([rest, await next(reader)]).arrayBuffer());
        continue;
      }
      const line = JSON.parse(new TextDecoder().decode(rest.subarray(0, end)));
      rest = rest.subarray(end + 1);
      if (line.error) throw new Failure(line.error);
      if (line.name) return { name: line.name, blob: new Blob(await bytes(reader, line.bytes, rest), { type: line.type }) };
      tell(line);
    }
  }

  async function bytes(reader, size, first) {
    const parts = [first];
    let got = first.length;
    while (got < size) got += parts[parts.push(await next(reader)) - 1].length;
    return parts;
  }

  async function next(reader) {
    const { done, value } = await reader.read();
    if (done) throw new Failure(TEXTS.lost); // it ended before the file did
    return value;
  }

  function save({ name, blob }) {
    const href = URL.createObjectURL(blob);
    element("a", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }

  // A chart as it is on the screen, with the question above it and what it is about below.
  async function picture({ export: id, format }) {
    const holder = document.getElementById(id);
    const graph = holder && (holder.matches(".js-plotly-plot") ? holder : holder.querySelector(".js-plotly-plot"));
    if (!graph || !window.Plotly) throw new Failure(TEXTS.noChart);
    try {
      const { width, height } = graph.getBoundingClientRect();
      const drawn = await window.Plotly.toImage(graph, { format: "svg", width, height });
      const sheet = framedChart(svgOf(drawn), { width, height, title: heading(graph), footer: footer() });
      const blob = format === "svg" ? svgBlob(sheet) : await pngBlob(sheet);
      return { name: [id, version()].filter(Boolean).join("_") + "." + format, blob };
    } catch {
      throw new Failure(TEXTS.noPicture);
    }
  }

  const svgOf = (address) =>
    new DOMParser().parseFromString(decodeURIComponent(address.slice(address.indexOf(",") + 1)), "image/svg+xml").documentElement;

  const words = (selector) => (document.querySelector(selector) || { textContent: "" }).textContent.trim();
  const footer = () => [words("#filters-summary"), words("#as-of > span")].filter(Boolean).join(" · ");

  function version() {
    return String(window.dash_component_api.getLayout("version").props.data).replace(/[^\w.-]/g, "");
  }

  function framedChart(plot, { width, height, title, footer }) {
    const { fontFamily } = getComputedStyle(document.body);
    const above = lines(title, { size: 16, weight: 600, fontFamily, width });
    const below = lines(footer, { size: 12, weight: 400, fontFamily, width });
    const total = above.height + height + below.height;
    const sheet = svg("svg", { width, height: total, viewBox: `0 0 ${width} ${total}` });
    plot.setAttribute("y", above.height);
    sheet.append(
      svg("rect", { width, height: total, fill: colour("--surface") }),
      ...above.drawn(0, colour("--bs-emphasis-color")),
      plot,
      ...below.drawn(above.height + height, colour("--bs-secondary-color")),
    );
    return sheet;
  }

  const colour = (token) => getComputedStyle(document.documentElement).getPropertyValue(token).trim();

  function svg(tag, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    return made;
  }

  function lines(text, { size, weight, fontFamily, width }) {
    const wrapped = text ? wrap(text, `${weight} ${size}px ${fontFamily}`, width - 2 * EDGE) : [];
    const step = size * 1.4;
    const drawn = (top, fill) => wrapped.map((line, i) => {
      const y = top + EDGE / 2 + size + i * step;
      const made = svg("text", { x: EDGE, y, fill, "font-size": size, "font-weight": weight, "font-family": fontFamily });
      made.textContent = line;
      return made;
    });
    return { height: wrapped.length * step + (wrapped.length ? EDGE : 0), drawn };
  }

  function wrap(text, font, width) {
    const ruler = document.createElement("canvas").getContext("2d");
    ruler.font = font;
    return text.split(/\s+/).reduce((wrapped, word) => {
      const longer = [...wrapped.slice(-1), word].join(" ");
      return ruler.measureText(longer).width > width ? [...wrapped, word] : [...wrapped.slice(0, -1), longer];
    }, []);
  }

  const source = (sheet) => new XMLSerializer().serializeToString(sheet);
  const svgBlob = (sheet) => new Blob([source(sheet)], { type: "image/svg+xml" });

  async function pngBlob(sheet) {
    const image = new Image();
    image.src = "data:image/svg+xml," + encodeURIComponent(source(sheet));
    await image.decode();
    const canvas = element("canvas", { width: sheet.getAttribute("width") * SHARP, height: sheet.getAttribute("height") * SHARP });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("empty"))), "image/png"));
  }
})();
