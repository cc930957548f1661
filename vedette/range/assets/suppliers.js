// The same orders and quotations that our partners' programs send.
function sendOrder() {
  return fetch("/api/orders/import", {
    method: "POST",
    headers: {"Content-Type": "application/xml"},
    body: "<order><sku>HG-201</sku><reference>spring</reference></order>"
  });
}

function askQuote() {
  return fetch("/api/quote", {
    method: "POST",
    headers: {"Content-Type": "application/xml"},
    body: "<quote><sku>HG-201</sku><currency>EUR</currency></quote>"
  });
}

document.querySelectorAll("[data-order]").forEach((node) => node.addEventListener("click", sendOrder));
document.querySelectorAll("[data-quote]").forEach((node) => node.addEventListener("click", askQuote));
