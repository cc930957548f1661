/* Runs before the first paint: a reader without a stored choice gets the system's theme in the form Tabler expects. */
(function () {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const system = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  if (!root.dataset.bsTheme) {
    root.dataset.themeAuto = "";
    system();
  }
  dark.addEventListener("change", () => {
    if ("themeAuto" in root.dataset) {
      system();
      document.dispatchEvent(new CustomEvent("vedette:theme"));
    }
  });
})();
