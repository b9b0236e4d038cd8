// Looks every second whether there are newer data and whether somebody is still signed in: it costs next to nothing.
(function () {
  "use strict";
  const EVERY = 1000; // ms
  const shown = () => window.dash_component_api.getLayout("version").props.data;
  const ready = () => document.querySelector("main") && shown(); // getLayout fails for what is not there yet

  async function look() {
    if (document.hidden || !navigator.onLine || !ready()) return;
    const response = await fetch("/news").catch(() => null); // who cannot be reached is told by 50-failures.js
    const { version, waiting } = response?.ok ? await response.json() : {};
    if (waiting) tellOfFiles(String(waiting));
    if (version && version !== shown()) window.dash_clientside.set_props("poll", { n_intervals: 0 });
  }

  // Once for each change in the folder, to administrators: nobody else is told of it by the server.
  function tellOfFiles(waiting) {
    if (sessionStorage.getItem("files") === waiting) return;
    sessionStorage.setItem("files", waiting);
    const link = { children: window.say("Look at them"), href: "/refresh", className: "alert-link go" };
    const parts = [window.say("New files are waiting to be checked."), " ", component("A", "dash_html_components", link)];
    const alert = { children: parts, color: "info", dismissable: true, class_name: "notice" };
    window.dash_clientside.set_props("notice", { children: component("Alert", "dash_bootstrap_components", alert) });
  }

  const component = (type, namespace, props) => ({ type, namespace, props });

  const again = () => setTimeout(() => look().finally(again), EVERY);
  again();
})();
