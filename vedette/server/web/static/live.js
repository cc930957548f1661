/* The lines beside the rates of a running scan: drawn from the numbers of the polls seen since the page was opened. */
(function () {
  "use strict";
  const NS = "http://www.w3.org/2000/svg";
  const MOST = 60;
  const seen = { rate: [], milliseconds: [] };
  let last = null;

  function take(part) {
    const now = { requests: Number(part.dataset.requests), elapsed: Number(part.dataset.elapsed) };
    if (last && now.elapsed > last.elapsed && now.requests >= last.requests) {
      push("rate", (now.requests - last.requests) / (now.elapsed - last.elapsed));
      push("milliseconds", Number(part.dataset.milliseconds));
    }
    if (!last || now.elapsed !== last.elapsed) last = now;
    draw(part);
  }

  function push(name, value) {
    seen[name].push(value);
    if (seen[name].length > MOST) seen[name].shift();
  }

  function draw(part) {
    const current = part.querySelector("[data-rate]");
    if (current && seen.rate.length) current.textContent = Math.round(seen.rate[seen.rate.length - 1]).toLocaleString("en");
    part.querySelectorAll("[data-spark]").forEach((box) => {
      const values = seen[box.dataset.spark];
      if (values.length < 2) return;
      const top = Math.max(...values, 1);
      const points = values.map((value, index) => `${((100 * index) / (values.length - 1)).toFixed(1)},${(23 - (21 * value) / top).toFixed(1)}`);
      const line = document.createElementNS(NS, "polyline");
      line.setAttribute("points", points.join(" "));
      line.setAttribute("fill", "none");
      line.setAttribute("stroke", "currentColor");
      line.setAttribute("stroke-width", "1.5");
      line.setAttribute("vector-effect", "non-scaling-stroke");
      box.replaceChildren(line);
    });
  }

  document.addEventListener("htmx:afterSwap", () => {
    const part = document.getElementById("live");
    if (part) take(part);
  });
  const first = document.getElementById("live");
  if (first) take(first);
})();
