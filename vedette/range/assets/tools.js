// What the tool shed asks the server for.
function barcode() {
  return fetch("/api/barcode", {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify({"text": "hg-101", "copies": 1})
  });
}

function shelf() {
  return fetch("/api/shelf", {headers: {"X-Warehouse": "north"}});
}

function price() {
  return fetch("/api/price", {headers: {"X-Rounding": "round(price)"}});
}

function tryRule() {
  return fetch("/api/rules/test", {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify({"rule": "price * 0.9", "price": 40})
  });
}

function alertMe() {
  return fetch("/api/price-alert", {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify({"when": "price", "sku": "HG-301"})
  });
}

const shed = {"barcode": barcode, "shelf": shelf, "price": price, "rule": tryRule, "alert": alertMe};
document.querySelectorAll("[data-tool]").forEach((node) => {
  node.addEventListener("click", () => shed[node.dataset.tool]());
});
