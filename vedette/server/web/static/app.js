/* What every page needs: theme, menus, search key, notices, confirmation, copying, the rail and the peek.
   Nothing here evaluates text as script or writes HTML: texts go in as text. */
(function () {
  "use strict";
  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const root = document.documentElement;
  const ui = (window.vedette = window.vedette || {});

  /** An element with attributes and children; strings become text nodes. */
  ui.el = function (name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) if (value !== null && value !== undefined) node.setAttribute(key, value);
    node.append(...children);
    return node;
  };

  ui.icon = function (name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${root.dataset.icons}#${name}`);
    svg.append(use);
    return svg;
  };

  /* ---- theme ---- */
  function setTheme(choice) {
    if (choice === "auto") {
      root.dataset.themeAuto = "";
      root.dataset.bsTheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    } else {
      delete root.dataset.themeAuto;
      root.dataset.bsTheme = choice;
    }
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `vedette_theme=${choice}; Path=/ui; Max-Age=31536000; SameSite=Lax${secure}`;
    showTheme();
    document.dispatchEvent(new CustomEvent("vedette:theme"));
  }

  function showTheme() {
    const chosen = "themeAuto" in root.dataset ? "auto" : root.dataset.bsTheme;
    $$("[data-theme-choice]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen)));
  }

  /* ---- rows of links that are wider than the window: the one that is open stands in sight ---- */
  $$(".tabs > [aria-current], .settings > nav > [aria-current]").forEach((link) => {
    const row = link.parentElement;
    const aside = link.getBoundingClientRect().left - row.getBoundingClientRect().left;
    row.scrollLeft += aside - (row.clientWidth - link.offsetWidth) / 2;
  });

  /* ---- notices ---- */
  const NOTICE = { success: ["ok", "ok"], info: ["accent", "info"], warning: ["warn", "warning"], error: ["bad", "error"] };

  ui.notice = function (text, level) {
    const [tone, sign] = NOTICE[level] || NOTICE.info;
    const close = ui.el("button", { type: "button", class: "btn btn-quiet btn-icon btn-small", "data-dismiss": "", "aria-label": "Dismiss" }, ui.icon("x"));
    const item = ui.el("div", { class: `toast-item tone-${tone}`, role: level === "error" ? "alert" : "status" }, ui.icon(sign), ui.el("div", {}, text), close);
    $("#toasts").append(item);
    fade(item);
  };

  function fade(item) {
    if (!item.matches(".tone-bad, .tone-warn")) setTimeout(() => item.remove(), 6000);
  }

  /* ---- confirmation ---- */
  /** Asks in a dialog; the answer is a promise of true or false. */
  ui.confirm = function (source, question) {
    const dialog = $("#confirm");
    const word = source.dataset.confirmWord || "";
    const go = $("[value=yes]", dialog);
    const input = $("input", dialog);
    $("h2", dialog).textContent = source.dataset.confirmTitle || "Are you sure?";
    $("p", dialog).textContent = question;
    go.textContent = source.dataset.confirmAction || source.textContent.trim() || "Continue";
    go.className = source.dataset.confirmTone === "calm" ? "btn btn-primary" : "btn btn-danger solid";
    $(".confirm-word", dialog).hidden = !word;
    $(".confirm-word strong", dialog).textContent = word;
    input.value = "";
    go.disabled = Boolean(word);
    input.oninput = () => { go.disabled = input.value !== word; };
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
  };

  const allowed = new WeakSet();

  function guard(event) {
    const source = event.type === "submit" ? event.submitter && event.submitter.dataset.confirm ? event.submitter : event.target : event.target.closest("[data-confirm]");
    if (!source || !source.dataset || !source.dataset.confirm || allowed.has(source)) {
      if (source) allowed.delete(source);
      return;
    }
    if (event.type === "click" && (source.matches("form") || source.form)) return; // its form asks when it is submitted
    if (source.matches("[hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete]")) return; // htmx:confirm asks
    event.preventDefault();
    event.stopImmediatePropagation();
    ui.confirm(source, source.dataset.confirm).then((yes) => {
      if (!yes) return;
      allowed.add(source);
      if (event.type === "submit") event.target.requestSubmit(event.submitter || undefined);
      else source.click();
    });
  }
  document.addEventListener("click", guard, true);
  document.addEventListener("submit", guard, true);
  document.addEventListener("htmx:confirm", (event) => {
    const source = event.detail.elt;
    const question = event.detail.question || source.dataset.confirm;
    if (!question || allowed.delete(source)) return;
    event.preventDefault();
    ui.confirm(source, question).then((yes) => yes && event.detail.issueRequest(true));
  });

  /* ---- peek and dialogs filled by htmx ---- */
  ui.openPeek = function () {
    $("#peek").hidden = false;
    document.body.classList.add("has-peek");
  };
  ui.closePeek = function () {
    const peek = $("#peek");
    if (!peek || peek.hidden) return false;
    peek.hidden = true;
    document.body.classList.remove("has-peek");
    document.dispatchEvent(new CustomEvent("vedette:peek-closed"));
    return true;
  };
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "peek-body") ui.openPeek();
    if (event.detail.target.id === "dialog-body") {
      const dialog = $("#dialog");
      if (!dialog.open && event.detail.target.childElementCount) dialog.showModal();
    }
  });
  document.addEventListener("vedette:close-dialog", () => $("#dialog").close());
  document.addEventListener("notice", (event) => ui.notice(event.detail.text || event.detail.value || "", event.detail.level));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) location.reload();
    else ui.notice(status === 403 ? "You may not do that." : status === 404 ? "That does not exist any more." : `The server answered with an error (${status}).`, "error");
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!event.detail.requestConfig.triggeringEvent || event.detail.requestConfig.triggeringEvent.type !== "load") ui.notice("The server could not be reached.", "warning");
  });

  /* ---- clicks that are ours ---- */
  async function copy(button) {
    const source = button.dataset.copyFrom ? $(button.dataset.copyFrom) : button.closest(".copy-line, .exchange") && $("code", button.closest(".copy-line, .exchange"));
    const text = button.dataset.copy || (source ? source.value || source.textContent : "");
    try {
      await navigator.clipboard.writeText(text);
      button.dataset.copied = "";
      ui.notice("Copied.", "success");
    } catch (error) {
      if (source) getSelection().selectAllChildren(source);
      ui.notice("The browser does not let us copy: the text is selected.", "warning");
    }
  }

  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest(selector);
    $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    if (hit("[data-theme-choice]")) setTheme(hit("[data-theme-choice]").dataset.themeChoice);
    else if (hit("[data-copy], [data-copy-from], [data-copy-near]")) copy(hit("[data-copy], [data-copy-from], [data-copy-near]"));
    else if (hit("[data-dismiss]")) hit(".toast-item, .note-box").remove();
    else if (hit("[data-peek-close]")) ui.closePeek();
    else if (hit("[data-rail]")) railOpen(!document.body.classList.contains("rail-open"));
    else if (hit("[data-open-dialog]")) $(hit("[data-open-dialog]").dataset.openDialog).showModal();
    else if (hit("[data-close-dialog]")) hit("dialog").close();
    else if (document.body.classList.contains("rail-open") && !hit(".rail")) railOpen(false);
    else if (event.target.matches("dialog") && event.target.id !== "confirm") event.target.close(); // the backdrop
    else if (hit("[data-print]")) window.print();
  });

  function railOpen(open) {
    document.body.classList.toggle("rail-open", open);
    const button = $("[data-rail]");
    if (button) button.setAttribute("aria-expanded", String(open));
    if (open) $(".rail a").focus();
  }

  /* ---- keys ---- */
  ui.typing = (event) => event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = $("details.menu[open]");
      if (menu) { menu.open = false; $("summary", menu).focus(); }
      else if (document.body.classList.contains("rail-open")) railOpen(false);
      else if (!$("dialog[open]")) ui.closePeek();
      return;
    }
    if (event.target.closest(".menu-list") && ["ArrowDown", "ArrowUp"].includes(event.key)) return step(event);
    if (ui.typing(event) || $("dialog[open]")) return undefined;
    if (event.key === "/" && $("#search")) {
      event.preventDefault();
      $("#search").select();
    } else if (event.key === "?" && $("#shortcuts")) {
      event.preventDefault();
      $("#shortcuts").showModal();
    }
    return undefined;
  });

  function step(event) {
    const items = $$("a, button:not(:disabled)", event.target.closest(".menu-list"));
    const next = items[(items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length];
    event.preventDefault();
    if (next) next.focus();
  }
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches || !event.target.matches("details.menu") || !event.target.open) return;
    const first = $(".menu-list a, .menu-list button, .menu-list input", event.target);
    if (first && event.target.querySelector("summary") === document.activeElement) first.focus({ preventScroll: true });
  }, true);

  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
  });
  $$("#toasts .toast-item").forEach(fade);
  showTheme();
})();
