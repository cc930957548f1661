// Show how many are left at the quay, and until when the shop is open.
const place = document.querySelector("[data-stock]");
fetch("/api/stock", {
  method: "POST",
  headers: {"Content-Type": "application/json"},
  body: JSON.stringify({"sku": "HG-101", "store": "quay"})
}).then((answer) => answer.json()).then((data) => {
  if (place && data.stock && data.stock.length) { place.title = data.stock[0].left + " ropes at the quay"; }
});
fetch("/api/hours", {headers: {"X-Store": "quay"}})
  .then((answer) => answer.json())
  .then((data) => { if (place && data.shops.length) { place.textContent = "open " + data.shops[0].hours; } });
