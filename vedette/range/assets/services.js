// Cancelling an order is offered to staff only; the button appears when they are logged in.
const button = document.querySelector("[data-cancel-order]");
if (button) {
  button.addEventListener("click", () => fetch("/api/orders/2041", {method: "DELETE"}));
}
