// The verifier's page, and the page to which the wallet comes back with its answer in the URL fragment.

const $ = (id) => document.getElementById(id);
const KEY = "session";
let follow = null;
let timer = 0;
let answer = null;

async function call(url, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const result = await response.json().catch(() => ({}));
  if (!response.ok) {
    const error = new Error(result.error_description ?? `The server answered ${response.status}.`);
    error.rule = result.rule ?? result.error ?? "server";
    throw error;
  }
  return result;
}

function say(text) {
  $("status").textContent = text;
  $("status").hidden = !text;
}

function list(element, texts) {
  element.replaceChildren(...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

async function start() {
  follow?.close();
  clearInterval(timer);
  for (const id of ["result", "refused", "expired", "ask"]) $(id).hidden = true;
  say("Making a fresh request …");
  try {
    const session = await call("/api/sessions", {});
    // The answer may come back in another tab of this browser; only this browser may hand it in.
    localStorage.setItem(KEY, session.id);
    $("request-link").href = session.same_device;
    $("request-link-post").href = session.cross_device;
    $("request-qr").src = `data:image/svg+xml,${encodeURIComponent(session.qr)}`;
    $("request-json").textContent = JSON.stringify(session.request, null, 2);
    $("ask").hidden = false;
    say("");
    countDown(session.expires_in);
    listen(session.id);
  } catch (error) {
    say(error.message);
  }
}

function countDown(seconds) {
  const end = performance.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    $("timer").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left === 0) {
      clearInterval(timer);
      $("ask").hidden = true;
      $("expired").hidden = false;
    }
  };
  tick();
  timer = setInterval(tick, 500);
}

function listen(id) {
  follow?.close();
  follow = new EventSource(`/api/sessions/${id}/events`);
  follow.onmessage = (message) => show(JSON.parse(message.data));
}

function show(session) {
  const order = ["waiting", "opened", "verified"];
  const at = order.indexOf(session.state);
  order.forEach((name, index) => {
    $(`step-${name}`).classList.toggle("done", index <= at);
    if (index === at) $(`step-${name}`).setAttribute("aria-current", "step");
    else $(`step-${name}`).removeAttribute("aria-current");
  });
  document.body.dataset.state = session.state;
  if (session.state === "verified") verified(session.result);
  const refusal = session.refusals.at(-1);
  $("refused").hidden = !refusal;
  if (refusal) refuse(refusal);
}

function refuse({ rule, reason }) {
  $("refused-title").textContent = $("result").hidden ? "Answer refused" : "Another answer was refused";
  $("refused-reason").textContent = reason;
  $("refused-rule").textContent = rule;
  $("refused").hidden = false;
}

function verified(result) {
  clearInterval(timer);
  $("ask").hidden = true;
  $("expired").hidden = true;
  say("");
  const first = $("result").hidden;
  $("result-title").textContent = result.title;
  $("account").textContent = result.account ? `Your account: ${result.account}` : "";
  $("account").hidden = !result.account;
  list($("facts"), result.facts.map((fact) => `${fact}: proved`));
  $("disclosed").replaceChildren(...result.disclosed.flatMap(({ label, value }) => [
    Object.assign(document.createElement("dt"), { textContent: label }),
    Object.assign(document.createElement("dd"), { textContent: value }),
  ]));
  $("disclosed-box").hidden = result.disclosed.length === 0;
  list($("unknown"), result.unknown);
  $("issuer").textContent = `Vouched for by ${result.issuer}.`;
  $("result").hidden = false;
  if (first) $("result").focus();
}

// Hands in an answer. What the server decided comes back as the session's new state, or as the reason of a refusal.
async function handIn({ state, token }) {
  try {
    show(await call("/api/response", { session: localStorage.getItem(KEY) ?? "", state, vp_token: token }));
    return true;
  } catch (error) {
    refuse({ rule: error.rule, reason: error.message });
    say("");
    return false;
  }
}

// Flips one bit in the middle of the first presentation, keeping it valid base64url.
function tampered(token) {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const answers = JSON.parse(token);
  const id = Object.keys(answers)[0];
  const text = answers[id][0];
  const at = Math.floor(text.length / 2);
  const digit = digits[digits.indexOf(text[at]) ^ 1];
  answers[id][0] = text.slice(0, at) + digit + text.slice(at + 1);
  return JSON.stringify(answers);
}

async function comeBack() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  // The answer is spent once handed in; it has no business in the history.
  history.replaceState(null, "", location.pathname);
  const token = fragment.get("vp_token");
  const state = fragment.get("state") ?? "";
  if (!token) {
    say(fragment.get("error") ? "The wallet declined: nothing was shared." : "There is no answer here.");
    return;
  }
  say("Checking the proof …");
  answer = { state, token };
  if (await handIn(answer)) $("mischief").hidden = false;
}

$("renew").addEventListener("click", start);
$("renew-expired").addEventListener("click", () => (location.pathname === "/" ? start() : location.assign("/")));
$("replay").addEventListener("click", () => handIn(answer));
$("tamper").addEventListener("click", () => handIn({ ...answer, token: tampered(answer.token) }));

if (location.pathname === "/result") comeBack();
else start();
