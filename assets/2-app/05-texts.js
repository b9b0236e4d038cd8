// Texts of the scripts in the language of the page. The English text is the key; one that is missing stays English.
(function () {
  "use strict";
  const found = document.getElementById("texts");
  const texts = found ? JSON.parse(found.textContent) : {};
  const read = (value) => (typeof value === "number" ? value.toLocaleString(document.documentElement.lang) : String(value));

  // say("All {n} stores", { n: 15 }); a name that has no value stays as it is, to be filled in later.
  window.say = (message, values = {}) =>
    (texts[message] || message).replace(/\{(\w+)\}/g, (hole, name) => (name in values ? read(values[name]) : hole));
})();
