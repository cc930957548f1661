// List the sales team beside the directory.
const team = document.querySelector("[data-team]");
if (team) {
  fetch("/api/staff", {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify({"department": "sales"})
  }).then((answer) => answer.json()).then((data) => { team.textContent = data.people.join(", "); });
}
