// Looks every second whether there are newer data: a question that costs the server next to nothing.
(function () {
  "use strict";
  const EVERY = 1000; // ms
  const shown = () => window.dash_component_api?.getLayout("version")?.props.data;

  async function look() {
    if (document.hidden || !navigator.onLine || !shown()) return;
    const response = await fetch("/readyz").catch(() => null); // who cannot be reached is told by 50-failures.js
    const { version } = response?.ok ? await response.json() : {};
    if (version && version !== shown()) window.dash_clientside.set_props("poll", { n_intervals: 0 });
  }

  const again = () => setTimeout(() => look().finally(again), EVERY);
  again();
})();
