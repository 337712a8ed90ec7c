// Has the browser make or show a passkey when the form is sent, and sends its answer in the form.

const form = document.querySelector("form[data-passkey]");
const status = form?.querySelector("[role=status]");

async function answerOf(kind, options) {
  if (kind === "get") {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    return navigator.credentials.get({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return navigator.credentials.create({ publicKey });
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    status.textContent = status.dataset.cannot;
    return;
  }
  status.textContent = "";
  try {
    const options = JSON.parse(form.dataset.options);
    const answer = await answerOf(form.dataset.passkey, options);
    form.elements.answer.value = JSON.stringify(answer.toJSON());
  } catch {
    status.textContent = status.dataset.failed;
    return;
  }
  form.submit();
});
