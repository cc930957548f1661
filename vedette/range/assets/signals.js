// Offer to write when the storm lamp is back.
const bell = document.querySelector("[data-notify]");
if (bell) {
  bell.addEventListener("click", () => fetch("/api/notify", {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify({"sku": "HG-301", "email": "ada@harbour.example"})
  }));
}
