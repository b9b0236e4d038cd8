// Sends the files that somebody chooses on the page of refreshes, and tells how much of them has arrived.
(function () {
  "use strict";
  const TEXTS = {
    sending: window.say("Sending; stay on this page until it is done."),
    signedOut: window.say("You are signed out, so nothing was sent. Sign in and try again."),
    tooLarge: window.say("The files are too large to send at once. None of them was kept."),
    lost: window.say("The server cannot be reached, so nothing was kept. Try again once you are connected."),
    failed: window.say("The server could not keep the files. None of them was kept; try again."),
  };
  const BY_STATUS = { 0: TEXTS.lost, 401: TEXTS.signedOut, 413: TEXTS.tooLarge };
  const element = (id) => document.getElementById(id);

  document.addEventListener("change", (event) => {
    if (event.target.id === "refresh-file" && event.target.files.length) send(event.target);
  });

  function send(input) {
    const form = new FormData();
    [...input.files].forEach((file) => form.append("file", file, file.name));
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => show(loaded / (total || 1), TEXTS.sending));
    request.addEventListener("loadend", () => {
      input.disabled = false;
      input.value = "";
      show(null, words(request));
      window.dash_clientside.set_props("refresh-uploaded", { data: Date.now() });
    });
    request.open("POST", "/upload");
    input.disabled = true;
    show(0, TEXTS.sending);
    request.send(form);
  }

  // null hides the bar. React draws none of this again: its own properties of them never change.
  function show(share, text) {
    const [bar, said] = [element("refresh-sent"), element("refresh-sent-words")];
    if (!bar || !said) return; // somebody left the page; the files go on arriving
    bar.hidden = share === null;
    bar.value = share || 0;
    said.textContent = text;
  }

  function words(request) {
    try {
      const { message } = JSON.parse(request.responseText);
      if (message) return message;
    } catch { /* a proxy's own page, or nothing */ }
    return BY_STATUS[request.status] || TEXTS.failed;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { refresh: { hide: () => true } });
})();
