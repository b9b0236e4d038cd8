// The component `Sliders` of dashapp/sliders.py: range inputs whose labels follow the hand. The value of the component,
// the scenario shown and those kept beside it, changes on release only; then the server is asked.
(function () {
  "use strict";
  const { createElement: el, useEffect, useRef, useState } = window.React;
  const FOLLOW = "levels_follow:1";

  const parts = (scenario) => scenario.split(",").filter(Boolean);
  const numberOf = (scenario, name) => (parts(scenario).find((part) => part.startsWith(name + ":")) || "").slice(name.length + 1);
  const places = (slider, number) => slider.steps.findIndex(([step]) => step === number);

  // In the order of the sliders, so that equal scenarios are equal texts.
  function changed(sliders, scenario, name, number) {
    const set = sliders.map((slider) => [slider.name, slider.name === name ? number : numberOf(scenario, slider.name)]);
    const follows = parts(scenario).includes(FOLLOW) ? [FOLLOW] : [];
    return [...set.filter(([, value]) => value).map((pair) => pair.join(":")), ...follows].join(",");
  }

  function Slide({ id, slider, number, release }) {
    const input = useRef();
    const [held, hold] = useState(null); // the place under the hand, until it lets go
    const place = held === null ? Math.max(0, places(slider, number)) : held;
    const text = slider.steps[place][1];
    const letGo = useRef();
    letGo.current = () => {
      const [now] = slider.steps[Number(input.current.value)];
      hold(null);
      if (now !== number) release(slider.name, now);
    };
    useEffect(() => { // React has no event for the release
      const listener = () => letGo.current();
      input.current.addEventListener("change", listener);
      return () => input.current?.removeEventListener("change", listener);
    }, []);
    const marks = { id, ref: input, type: "range", className: "form-range", list: id + "-today", "aria-valuetext": text };
    return el("div", { className: slider.steps[place][0] ? "slide moved" : "slide" },
      el("div", { className: "slide-head" },
        el("label", { htmlFor: id }, slider.label),
        el("button", { type: "button", className: "info bi bi-info-circle", "aria-label": window.say("What is this?"), "aria-expanded": "false", "data-about": slider.about }),
        el("output", { htmlFor: id }, text)),
      el("input", { ...marks, min: 0, max: slider.steps.length - 1, step: 1, value: place, onChange: ({ target }) => hold(Number(target.value)) }),
      el("datalist", { id: id + "-today" }, el("option", { value: places(slider, "") })));
  }

  function Sliders({ id, sliders, follow, label, most, value, setProps }) {
    const [shown, ...kept] = (value || "").split("|");
    const show = (scenario, others = kept) => setProps({ value: [scenario, ...others].join("|") });
    const release = (name, number) => show(changed(sliders, shown, name, number));
    const follows = parts(shown).includes(FOLLOW);
    const toggle = () => show(follows ? parts(shown).filter((part) => part !== FOLLOW).join(",") : [...parts(shown), FOLLOW].join(","));
    const words = (scenario) => sliders
      .filter((slider) => numberOf(scenario, slider.name))
      .map((slider) => slider.label + " " + slider.steps[Math.max(0, places(slider, numberOf(scenario, slider.name)))][1])
      .concat(parts(scenario).includes(FOLLOW) ? [follow] : []).join(", ");
    const keepable = shown && !kept.includes(shown) && kept.length < most;
    return el("div", { id, className: "panel sliders", role: "group", "aria-label": label },
      sliders.map((slider) => el(Slide, { key: slider.name, id: id + "-" + slider.name, slider, number: numberOf(shown, slider.name), release })),
      el("div", { className: "form-check" },
        el("input", { id: id + "-follow", type: "checkbox", className: "form-check-input", checked: follows, onChange: toggle }),
        el("label", { htmlFor: id + "-follow", className: "form-check-label" }, follow)),
      el("div", { className: "slide-buttons" },
        el("button", { type: "button", className: "btn btn-sm btn-outline-secondary", disabled: !shown, onClick: () => show("") }, window.say("As today")),
        el("button", { type: "button", className: "btn btn-sm btn-primary", disabled: !keepable, onClick: () => show(shown, [...kept, shown]) }, window.say("Keep to compare"))),
      kept.length > 0 && el("ul", { className: "kept", "aria-label": window.say("Kept scenarios") }, kept.map((scenario) => el("li", { key: scenario, className: "chip" },
        el("button", { type: "button", className: "kept-name", "aria-pressed": scenario === shown, onClick: () => show(scenario) }, words(scenario)),
        el("button", { type: "button", "aria-label": window.say("Drop {scenario}", { scenario: words(scenario) }), onClick: () => show(shown, kept.filter((other) => other !== scenario)) }, "×")))));
  }

  Object.assign(window.dashapp, { Sliders });
})();
