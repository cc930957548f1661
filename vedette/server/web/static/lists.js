/* Lists: rows by keyboard, the side peek that follows them, selection with a bulk bar, filters mirrored in the address. */
(function () {
  "use strict";
  const ui = window.vedette;
  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  /* ---- rows ---- */
  const rows = () => $$("[data-rows] [data-row]");
  const current = () => $("[data-rows] .is-current");

  let following = 0;

  function choose(row) {
    rows().forEach((other) => {
      other.classList.toggle("is-current", other === row);
      other.tabIndex = other === row ? 0 : -1;
      if (other === row) other.setAttribute("aria-current", "true");
      else other.removeAttribute("aria-current");
    });
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    clearTimeout(following);
    if (row.dataset.peek && !$("#peek").hidden) following = setTimeout(() => peek(row), 120); // not for each row passed
  }

  function peek(row) {
    const full = $("#peek-open");
    full.hidden = !row.dataset.href;
    if (row.dataset.href) full.href = row.dataset.href;
    window.htmx.ajax("GET", row.dataset.peek, { target: "#peek-body", swap: "innerHTML" });
  }

  function open(row) {
    if (row.dataset.href) location.assign(row.dataset.href);
  }

  function move(by) {
    const all = rows();
    const at = all.indexOf(current());
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
    if (next) choose(next);
  }

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    o: (row) => row && open(row),
    Enter: (row) => row && (row.dataset.peek ? (peek(row), ui.openPeek()) : open(row)),
    x: (row) => {
      const box = row && $("input[type=checkbox]", row);
      if (box) box.click();
    },
  };

  document.addEventListener("keydown", (event) => {
    const action = KEYS[event.key];
    if (!action || ui.typing(event) || $("dialog[open]") || !rows().length) return;
    const inside = event.target.closest("a, button, summary, input");
    if (event.key === "Enter" && (inside || !event.target.closest("[data-row]"))) return;
    event.preventDefault();
    action(current());
  });

  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-rows] [data-row]");
    if (!row || event.target.closest("a, button, input, label, summary, .menu, .cell-check") || String(getSelection())) return;
    choose(row);
    clearTimeout(following);
    if (row.dataset.peek) {
      peek(row);
      ui.openPeek();
    } else open(row);
  });
  document.addEventListener("vedette:peek-closed", () => current() && current().focus());

  /* ---- selection ---- */
  const boxes = (form) => $$("[data-row] input[type=checkbox]", form);
  let last = null;

  function count(form) {
    const all = boxes(form);
    const chosen = all.filter((box) => box.checked);
    const bar = $(".bulk-bar", form);
    const head = $("[data-bulk-all]", form);
    all.forEach((box) => box.closest("[data-row]").classList.toggle("is-selected", box.checked));
    if (head) {
      head.checked = chosen.length > 0 && chosen.length === all.length;
      head.indeterminate = chosen.length > 0 && chosen.length < all.length;
    }
    if (bar) {
      bar.hidden = chosen.length === 0;
      $("output", bar).textContent = `${chosen.length} selected`;
    }
  }

  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-bulk]");
    if (!form) return;
    if (event.target.matches("[data-row] input[type=checkbox]")) {
      const all = boxes(form);
      if (event.shiftKey && last && all.includes(last)) {
        const [from, to] = [all.indexOf(last), all.indexOf(event.target)].sort((a, b) => a - b);
        all.slice(from, to + 1).forEach((box) => { box.checked = event.target.checked; });
      }
      last = event.target;
      count(form);
    } else if (event.target.matches("[data-bulk-all]")) {
      boxes(form).forEach((box) => { box.checked = event.target.checked; });
      count(form);
    } else if (event.target.closest("[data-bulk-none]")) {
      boxes(form).forEach((box) => { box.checked = false; });
      count(form);
    }
  });

  /* ---- filters ---- */
  let waiting = 0;

  function send(form, pause) {
    clearTimeout(waiting);
    waiting = setTimeout(() => form.requestSubmit(), pause);
  }
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-filters]");
    if (form && !event.target.matches("input[type=search], input[type=text]")) send(form, 0);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-filters]");
    if (form && event.target.matches("input[type=search], input[type=text]") && form.hasAttribute("hx-get")) send(form, 350);
  });
  // An address names only the filters that are set.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-filters]:not([hx-get])")) return;
    const empty = $$("input, select", event.target).filter((control) => !control.value && !control.disabled);
    empty.forEach((control) => { control.disabled = true; });
    setTimeout(() => empty.forEach((control) => { control.disabled = false; }));
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches("form[data-filters]")) return;
    for (const [key, value] of Array.from(event.detail.formData.entries())) if (value === "") event.detail.formData.delete(key);
  });

  function prepare(root) {
    $$("[data-rows]", root).forEach((table) => {
      $$("[data-row]", table).forEach((row, index) => { row.tabIndex = index === 0 ? 0 : -1; });
    });
    $$("[data-bulk]", root).forEach(count);
  }
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-rows] [data-row]") && event.target !== current()) choose(event.target);
  });
  document.addEventListener("htmx:afterSettle", () => prepare(document));
  prepare(document);
})();
