// A link brings a credential behind its `#`, which browsers do not send: put it where it is checked from.

const field = document.querySelector("#credential");
const brought = decodeURIComponent(location.hash.slice(1));
if (brought.includes("~") && field.value === "") {
  field.value = brought;
  history.replaceState(null, "", location.pathname);
}
