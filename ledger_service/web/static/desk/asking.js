// What the desk's pages ask of the library: what it has already, to take a file in, and how far that is.

const SHOWN_STATES = 200; // of one request
const SEARCHED = 5; // equal titles that are looked at

/** An answer that is a refusal; its message is the library's own, in the page's language. */
export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Resolve with the library's own registration of a digest, null if it has none. */
export async function registered(digest) {
  const answer = await fetch(`/api/v1/resources/${digest}`);
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Refused(answer.status, await detailOf(answer));
  return (await answer.json())[0];
}

/** Resolve with resources whose titles have these words. */
export async function titled(title) {
  const query = new URLSearchParams({ q: title.slice(0, 200), limit: SEARCHED });
  const answer = await fetch(`/api/v1/resources?${query}`);
  return answer.ok ? (await answer.json()).items : [];
}

/** Send a file with its record; tell(bytes) says how far it is. Resolve with its registration. */
export function send(file, digest, record, tell) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/desk/take-in/file?${new URLSearchParams(record)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Repr-Digest", `sha-256=:${base64(digest)}:`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded }) => tell(loaded);
    request.onload = () => {
      if (request.status < 300) resolve(request.response);
      else reject(new Refused(request.status, request.response?.detail ?? ""));
    };
    request.onerror = () => reject(new Refused(0, ""));
    request.send(file);
  });
}

/** Resolve with how far registrations are, by digest. */
export async function states(digests) {
  const found = new Map();
  for (let at = 0; at < digests.length; at += SHOWN_STATES) {
    const answer = await fetch("/desk/take-in/states", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ digests: digests.slice(at, at + SHOWN_STATES) }),
    });
    if (!answer.ok) throw new Refused(answer.status, await detailOf(answer));
    for (const item of (await answer.json()).items) found.set(item.digest, item);
  }
  return found;
}

async function detailOf(answer) {
  try {
    return (await answer.json()).detail ?? "";
  } catch {
    return "";
  }
}

function base64(hex) {
  return btoa(String.fromCharCode(...hex.match(/../g).map((pair) => parseInt(pair, 16))));
}
