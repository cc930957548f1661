// Say hello in the chat once per visit.
const chat = document.querySelector("[data-chat]");
if (chat) {
  fetch("/api/chat", {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify({"line": "Ahoy"})
  });
}
