// The issuer's page: fills the form with sample people, makes an offer, and follows it until it is collected.

const $ = (id) => document.getElementById(id);
const form = $("form");
let follow = null;
let shown = 0;
let issued = { id: "", revoked: false };
const [ready, revokeIt] = [$("offer-title").textContent, $("revoke").textContent];

function setError(text) {
  $("error").textContent = text;
  $("error").hidden = !text;
}

function fieldOf(sample, path) {
  return path.reduce((value, key) => (value === undefined ? undefined : value[key]), sample);
}

// Attribute values as the schema's JSON: numbers for integers, text for dates and decimals, nothing for empty fields.
function attributes() {
  const result = {};
  for (const input of form.querySelectorAll("[data-path]")) {
    const text = input.value.normalize("NFC").trim();
    if (text === "") continue;
    const path = JSON.parse(input.dataset.path);
    let value = text;
    if (input.dataset.type === "integer" && /^-?\d{1,15}$/.test(text)) value = Number(text);
    if (input.dataset.type === "bool") value = text === "true";
    let parent = result;
    for (const key of path.slice(0, -1)) parent = parent[key] ??= {};
    parent[path.at(-1)] = value;
  }
  return result;
}

async function call(url, options) {
  const response = await fetch(url, options);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error_description ?? `The server answered ${response.status}.`);
  return body;
}

$("sample").addEventListener("click", async () => {
  try {
    const { samples } = await call("/api/samples");
    shown = (shown + 1 + Math.floor(Math.random() * (samples.length - 1))) % samples.length;
    for (const input of form.querySelectorAll("[data-path]")) {
      const value = fieldOf(samples[shown], JSON.parse(input.dataset.path));
      input.value = value === undefined ? "" : String(value);
    }
    setError("");
  } catch (error) {
    setError(error.message);
  }
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  setError("");
  try {
    const offer = await call("/api/offers", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ attributes: attributes(), tx_code: $("tx-code").checked }),
    });
    show(offer);
  } catch (error) {
    setError(error.message);
  }
});

function show(offer) {
  $("offer-link").href = offer.link;
  $("offer-qr").src = `data:image/svg+xml,${encodeURIComponent(offer.qr)}`;
  $("offer-json").textContent = JSON.stringify(offer.offer, null, 2);
  $("code-box").hidden = !offer.tx_code;
  $("code").textContent = offer.tx_code ?? "";
  $("offer").hidden = false;
  document.body.classList.add("has-offer");
  $("offer").focus();
  issued = { id: offer.id, revoked: false };
  $("collect").hidden = false;
  $("offer-title").textContent = ready;
  $("revoke").textContent = revokeIt;
  $("revoke").hidden = true;
  follow?.close();
  follow = new EventSource(`/api/offers/${offer.id}/events`);
  follow.onmessage = (message) => progress(JSON.parse(message.data));
}

function progress({ stage }) {
  const order = ["open", "redeemed", "issued"];
  const at = order.indexOf(stage);
  order.forEach((name, index) => {
    $(`step-${name}`).classList.toggle("done", index <= at);
    if (index === at) $(`step-${name}`).setAttribute("aria-current", "step");
    else $(`step-${name}`).removeAttribute("aria-current");
  });
  $("offer").dataset.stage = stage;
  $("status").textContent = {
    open: "The offer works once, for ten minutes at most.",
    redeemed: "The wallet is proving that it holds its own secret.",
    issued: "Done. The wallet has it. As the office you may revoke it, to see who notices.",
    dead: "The code was wrong too often. Please make a new offer.",
    expired: "The offer has expired. Please make a new one.",
  }[stage] ?? "";
  $("revoke").hidden = stage !== "issued";
  // An offer works once: what leads to it would only disappoint.
  $("collect").hidden = stage !== "open" && stage !== "redeemed";
  if (stage === "issued") $("offer-title").textContent = "It is in the wallet";
  if (stage === "issued" || stage === "dead" || stage === "expired") follow?.close();
}

// What a clerk would do: the credential's entry in the status list is set, or cleared again.
$("revoke").addEventListener("click", async () => {
  try {
    const { revoked } = await call(`/api/offers/${issued.id}/revocation`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ revoked: !issued.revoked }),
    });
    issued.revoked = revoked;
    $("revoke").textContent = revoked ? "Reinstate it" : revokeIt;
    $("status").textContent = revoked
      ? "Revoked, in a new status list. Verifiers that ask for it refuse the card; the wallet says so when it next fetches the list."
      : "Reinstated, in a new status list.";
  } catch (error) {
    $("status").textContent = error.message;
  }
});
