// Has a wallet of the browser sign typed data (EIP-712), those that tell of themselves (EIP-6963) and the one at
// window.ethereum (EIP-1193). It fills in the page's form, which works by hand as well.

const form = document.getElementById("signing");
const button = document.getElementById("sign");
const refused = document.getElementById("refused");
const wallets = new Map();

function addWallet(id, provider) {
  if (typeof provider?.request !== "function" || wallets.has(id)) return;
  wallets.set(id, provider);
  button.hidden = false;
}

async function holderOf(account) {
  for (const provider of wallets.values()) {
    const held = await provider.request({ method: "eth_requestAccounts" });
    if (held.some((one) => one.toLowerCase() === account.toLowerCase())) return provider;
  }
  throw new Error("no wallet has the account");
}

async function sign() {
  refused.hidden = true;
  button.disabled = true;
  const { account } = form.dataset;
  try {
    const provider = await holderOf(account);
    const parameters = [account, document.getElementById("typed").value];
    const request = { method: "eth_signTypedData_v4", params: parameters };
    form.elements.signature.value = await provider.request(request);
    form.requestSubmit(form.querySelector("button[name=do]"));
  } catch {
    refused.hidden = false; // the person said no, the wallet is locked, or it has another account
  } finally {
    button.disabled = false;
  }
}

if (form) {
  addEventListener("eip6963:announceProvider", ({ detail }) =>
    addWallet(String(detail?.info?.rdns), detail?.provider),
  );
  dispatchEvent(new Event("eip6963:requestProvider"));
  setTimeout(() => {
    if (wallets.size === 0) addWallet("window.ethereum", window.ethereum);
  }, 200);
  button.addEventListener("click", sign);
}
