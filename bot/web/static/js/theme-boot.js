// Runs before the first paint, so that a remembered dark page never flashes white.
(function () {
  let stored = null;
  try {
    stored = localStorage.getItem("wenxu.theme");
  } catch {
    stored = null;
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = stored === "dark" || stored === "light" ? stored : dark ? "dark" : "light";
})();
