// What a page offers for a log-in, as a person sees it: fields and buttons, those in shadow trees included, in closed
// ones if `word` opens them. Gives [elements, text]: the elements for whoever fills them in, and as JSON a row for each
// and what stands in the trees.
(word) => {
  const closed = (() => { try { return window.addEventListener(word); } catch (_) { return null; } })();
  const trees = [];
  const elements = [], rows = [], forms = [];
  const words = (node) => (node ? (node.innerText || node.textContent || "") : "").replace(/\s+/g, " ").trim().slice(0, 120);
  const seen = (node) => {
    const box = node.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) return false;
    const style = getComputedStyle(node);
    return style.visibility !== "hidden" && style.display !== "none" && Number(style.opacity) > 0.05;
  };
  const label = (node) => {
    const named = (node.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean)
      .map((id) => words(node.getRootNode().getElementById ? node.getRootNode().getElementById(id) : null)).join(" ");
    if (named) return named;
    if (node.labels && node.labels.length) return words(node.labels[0]);
    if (node.getAttribute("aria-label")) return node.getAttribute("aria-label").slice(0, 120);
    const before = node.previousElementSibling;
    return before && !/^(INPUT|BUTTON|SELECT|FORM)$/.test(before.tagName) ? words(before) : (node.title || "");
  };
  const form = (node) => {
    const owner = node.form || node.closest("form,[role=form],dialog,[role=dialog]");
    if (!owner) return -1;
    if (!forms.includes(owner)) forms.push(owner);
    return forms.indexOf(owner);
  };
  const take = (node, row) => { elements.push(node); rows.push({ ...row, form: form(node), id: String(node.id || "") }); };
  const look = (root, depth) => {
    for (const node of root.querySelectorAll("*")) {
      if (elements.length >= 300) return;
      const tag = node.tagName, type = (node.getAttribute("type") || "").toLowerCase();
      const inner = node.shadowRoot || (typeof closed === "function" && closed(node));
      if (inner && depth < 8) {
        trees.push(inner.innerHTML);
        look(inner, depth + 1);
      }
      const press = tag === "BUTTON" || (tag === "INPUT" && ["submit", "button", "image"].includes(type)) ||
        node.getAttribute("role") === "button";
      const editable = tag === "INPUT" || tag === "TEXTAREA" || node.getAttribute("role") === "textbox";
      if ((!press && !editable) || node.disabled || type === "hidden" || !seen(node)) continue;
      if (press) {
        const text = tag === "INPUT" ? node.value || node.alt || "" : words(node) || node.getAttribute("aria-label") || node.title || "";
        const sends = tag === "BUTTON" ? (type || "submit") === "submit" : type === "submit" || type === "image";
        take(node, { press: true, text: text.slice(0, 120), kind: sends ? "submit" : "button" });
      } else {
        take(node, { press: false, name: node.getAttribute("name") || "", kind: tag === "INPUT" ? type || "text" : "text",
          autocomplete: node.getAttribute("autocomplete") || "", label: label(node),
          placeholder: node.getAttribute("placeholder") || "", length: node.maxLength > 0 ? node.maxLength : 0 });
      }
    }
  };
  look(document, 0);
  return [elements, JSON.stringify([rows, trees.join("\n").slice(0, 500000)])];
}
