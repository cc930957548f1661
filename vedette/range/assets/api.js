// Try the catalogue query from the documentation.
const shown = document.querySelector("[data-answer]");
if (shown) {
  fetch("/api/catalogue/query", {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify({"filter": {"colour": "navy", "most": 100}, "page": 1})
  }).then((answer) => answer.json()).then((data) => { shown.textContent = JSON.stringify(data, null, 2); });
}
