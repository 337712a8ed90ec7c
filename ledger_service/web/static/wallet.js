// Speaks to wallets of the browser, those that tell of themselves (EIP-6963) and the one at window.ethereum
// (EIP-1193). It fills in the page's forms, which work by hand as well.

const asking = document.getElementById("asking");
const signing = document.getElementById("signing");
const refused = document.getElementById("refused");
const CHOSEN = "muhr-wallet"; // which wallet was asked for the account, until the tab is closed
const LONGEST_NAME = 40; // characters of a wallet's name

const found = new Map();

function addWallet(id, name, provider) {
  if (typeof provider?.request !== "function" || found.has(id)) return;
  found.set(id, provider);
  if (asking) offer(id, name, provider);
  else if (sessionStorage.getItem(CHOSEN) === id) offerToSign(provider);
}

function offer(id, name, provider) {
  const place = document.getElementById("wallets");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name
    ? place.dataset.named.replace("{}", () => name.slice(0, LONGEST_NAME))
    : place.dataset.unnamed;
  button.addEventListener("click", () =>
    attempt(button, async () => {
      const [account] = await provider.request({ method: "eth_requestAccounts" });
      sessionStorage.setItem(CHOSEN, id);
      document.getElementById("address").value = account;
      asking.requestSubmit();
    }),
  );
  place.append(button, " ");
  place.hidden = false;
}

function offerToSign(provider) {
  const button = document.getElementById("sign");
  if (!button.hidden) return;
  button.hidden = false;
  button.addEventListener("click", () =>
    attempt(button, async () => {
      const text = document.getElementById("message").value;
      const digits = [...new TextEncoder().encode(text)].map((byte) =>
        byte.toString(16).padStart(2, "0"),
      );
      const parameters = ["0x" + digits.join(""), signing.dataset.account];
      const signature = await provider.request({ method: "personal_sign", params: parameters });
      document.getElementById("signature").value = signature;
      signing.requestSubmit();
    }),
  );
}

async function attempt(button, act) {
  refused.hidden = true;
  button.disabled = true;
  try {
    await act();
  } catch {
    refused.hidden = false; // the person said no, or the wallet is locked
  } finally {
    button.disabled = false;
  }
}

if (asking || signing) {
  addEventListener("eip6963:announceProvider", ({ detail }) =>
    addWallet(String(detail?.info?.rdns), String(detail?.info?.name ?? ""), detail?.provider),
  );
  dispatchEvent(new Event("eip6963:requestProvider"));
  // Wallets that tell of themselves stand at window.ethereum, too: it is offered only if none did.
  setTimeout(() => {
    if (found.size === 0) addWallet("window.ethereum", "", window.ethereum);
  }, 200);
}
