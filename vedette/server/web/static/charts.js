/* Charts: draws `.chart` elements with ECharts in the colours of the style sheet, and gives each a table of its numbers.
   Data (from `data-src`, or a JSON block named by `data-from`):
   {"categories": [..], "series": [{"name": "Critical", "tone": "critical", "data": [..]}], "unit": "findings",
    "marks": [{"at": category, "label": ".."}], "links": [address of each category]} */
(function () {
  "use strict";
  const ui = window.vedette;
  const root = document.documentElement;
  const drawn = new Map();
  const PALETTE = ["accent", "high-solid", "low-solid", "medium-solid", "ok-solid", "info-solid", "critical-solid"];
  const TONES = { critical: 1, high: 1, medium: 1, low: 1, info: 1, ok: 1 };
  const TONE_OTHER = { bad: "critical-solid", warn: "medium-solid", quiet: "info-solid", accent: "accent" };
  let library = null;

  function load() {
    library = library || new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = root.dataset.echarts;
      script.onload = () => resolve(window.echarts);
      script.onerror = reject;
      document.head.append(script);
    });
    return library;
  }

  /** The colour a variable has now; the browser resolves light-dark() for us. */
  function colour(name) {
    const probe = document.createElement("i");
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  }

  function toneOf(series, index) {
    if (TONES[series.tone]) return colour(`${series.tone}-solid`);
    return colour(TONE_OTHER[series.tone] || PALETTE[index % PALETTE.length]);
  }

  function axis(kind, data, ink, line) {
    const text = { color: ink, fontSize: 11, hideOverlap: true };
    if (kind === "value") return { type: "value", minInterval: 1, splitNumber: 4, axisLabel: text, splitLine: { lineStyle: { color: line } } };
    return { type: "category", data, axisLabel: text, axisTick: { show: false }, axisLine: { lineStyle: { color: line } } };
  }

  const KINDS = {
    "severity-trend": { type: "line", stack: "all", area: 0.75 },
    lines: { type: "line" },
    area: { type: "line", area: 0.14 },
    bars: { type: "bar" },
    "stacked-bars": { type: "bar", stack: "all" },
    "row-bars": { type: "bar", rows: true },
    "stacked-row-bars": { type: "bar", rows: true, stack: "all" },
    sparkline: { type: "line", area: 0.14, bare: true },
  };

  function seriesOf(data, kind) {
    return data.series.map((one, index) => {
      const tone = toneOf(one, index);
      const shape = { name: one.name, type: kind.type, data: one.data, stack: kind.stack, itemStyle: { color: tone }, emphasis: { disabled: true }, animation: false };
      if (kind.type === "bar") return { ...shape, barMaxWidth: 18, barMinHeight: 0 };
      const area = kind.area ? { color: tone, opacity: kind.area } : undefined;
      const marks = index === 0 && data.marks && data.marks.length
        ? { silent: true, symbol: "none", lineStyle: { type: "dashed", color: colour("ink-3") }, label: { fontSize: 10, color: colour("ink-3"), formatter: "{b}" }, data: data.marks.map((mark) => ({ xAxis: mark.at, name: mark.label })) }
        : undefined;
      return { ...shape, showSymbol: false, lineStyle: { width: kind.stack ? 1 : 1.75 }, areaStyle: area, markLine: marks };
    });
  }

  function options(data, kind) {
    const ink = colour("ink-3");
    const line = colour("line");
    const across = axis("category", data.categories, ink, line);
    const up = axis("value", null, ink, line);
    const many = data.series.length > 1;
    if (kind.type === "line") across.boundaryGap = false;
    if (kind.bare) { across.show = false; up.show = false; }
    if (kind.rows) across.inverse = true;
    return {
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: kind.bare ? { left: 0, right: 0, top: 2, bottom: 2 } : { left: 4, right: 12, top: many ? 30 : 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      legend: { show: many && !kind.bare, left: 0, top: 0, icon: "roundRect", itemWidth: 9, itemHeight: 9, itemGap: 14, textStyle: { color: colour("ink-2"), fontSize: 12 }, inactiveColor: colour("line-strong") },
      // As text on the canvas: the other form writes HTML with inline styles.
      tooltip: { renderMode: "richText", trigger: "axis", confine: true, backgroundColor: colour("raised"), borderColor: colour("line-strong"), borderWidth: 1, padding: 8, textStyle: { color: colour("ink"), fontSize: 12, fontFamily: getComputedStyle(document.body).fontFamily }, axisPointer: { lineStyle: { color: colour("line-strong") }, shadowStyle: { color: colour("hover") }, type: kind.type === "bar" ? "shadow" : "line" } },
      xAxis: kind.rows ? up : across,
      yAxis: kind.rows ? across : up,
      series: seriesOf(data, kind),
    };
  }

  function table(data) {
    const head = ui.el("tr", {}, ui.el("th", { scope: "col" }, data.unit || ""), ...data.series.map((one) => ui.el("th", { scope: "col", class: "num" }, one.name)));
    const body = data.categories.map((name, row) => ui.el("tr", {}, ui.el("th", { scope: "row" }, String(name)), ...data.series.map((one) => ui.el("td", { class: "num" }, String(one.data[row] ?? "–")))));
    const numbers = ui.el("table", { class: "table" }, ui.el("thead", {}, head), ui.el("tbody", {}, ...body));
    return ui.el("details", { class: "chart-data" }, ui.el("summary", {}, "Show as table"), ui.el("div", { class: "table-wrap" }, numbers));
  }

  async function dataOf(box) {
    if (box.dataset.from) return JSON.parse(document.getElementById(box.dataset.from).textContent);
    const answer = await fetch(box.dataset.src, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return answer.json();
  }

  async function draw(box) {
    const kind = KINDS[box.dataset.chart] || KINDS.lines;
    box.dataset.drawn = "";
    try {
      const [echarts, data] = await Promise.all([load(), dataOf(box)]);
      if (!box.isConnected) return;
      if (!data.categories.length) {
        box.replaceChildren(ui.el("p", { class: "quiet" }, box.dataset.empty || "Nothing to draw yet."));
        return;
      }
      box.replaceChildren();
      const chart = echarts.init(box, null, { renderer: "canvas" });
      chart.setOption(options(data, kind));
      box.setAttribute("role", "img");
      if (data.links) chart.on("click", (event) => data.links[event.dataIndex] && location.assign(data.links[event.dataIndex]));
      drawn.set(box, { chart, data, kind });
      watcher.observe(box);
      if (!kind.bare && !(box.nextElementSibling && box.nextElementSibling.matches(".chart-data"))) box.after(table(data));
    } catch (error) {
      box.replaceChildren(ui.el("p", { class: "quiet" }, "The chart could not be loaded."));
    }
  }

  const watcher = new ResizeObserver((entries) => {
    entries.forEach((entry) => { const found = drawn.get(entry.target); if (found) found.chart.resize(); });
  });

  function drawAll() {
    for (const [box, found] of drawn) if (!box.isConnected) { found.chart.dispose(); watcher.unobserve(box); drawn.delete(box); }
    document.querySelectorAll(".chart[data-chart]:not([data-drawn])").forEach(draw);
  }
  document.addEventListener("htmx:afterSettle", drawAll);
  document.addEventListener("vedette:theme", () => {
    for (const found of drawn.values()) found.chart.setOption(options(found.data, found.kind), true);
  });
  drawAll();
})();
