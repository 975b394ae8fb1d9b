// The courier carries finished messages between the wallet and the outside. It runs in a sandboxed
// frame of opaque origin: it has no storage, no keys and no way to read the wallet's page.
'use strict';

const LIMIT = 1 << 20; // bytes, in either direction
const PATIENCE = 20_000; // milliseconds
const WALLET = new URL(document.currentScript.src).origin;

function allowed(address) {
  const url = new URL(address);
  const local = url.hostname === 'localhost' || url.hostname === '127.0.0.1';
  if (url.protocol !== 'https:' && !(local && url.protocol === 'http:')) throw new Refusal('address');
  if (url.username || url.password) throw new Refusal('address');
  return url.href;
}

class Refusal extends Error {
  constructor(code) { super(code); this.code = code; }
}

async function readWithin(response) {
  const reader = response.body?.getReader();
  const parts = [];
  let size = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    if (size > LIMIT) { await reader.cancel(); throw new Refusal('too-large'); }
    parts.push(part.value);
  }
  return new Blob(parts).arrayBuffer();
}

async function carry({ url, method, headers, body }) {
  if (method !== 'GET' && method !== 'POST') throw new Refusal('method');
  if (body && new Blob([body]).size > LIMIT) throw new Refusal('too-large');
  const response = await fetch(allowed(url), {
    method, headers, body: method === 'POST' ? body : undefined,
    redirect: 'error', credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store', mode: 'cors',
    signal: AbortSignal.timeout(PATIENCE),
  });
  return { status: response.status, body: await readWithin(response) };
}

function reason(error) {
  if (error instanceof Refusal) return error.code;
  return error.name === 'TimeoutError' ? 'timeout' : 'unreachable';
}

// Exactly one port is accepted, once, from the page that made this frame.
function meet(event) {
  if (event.source !== window.parent || event.origin !== WALLET || event.ports.length !== 1) return;
  window.removeEventListener('message', meet);
  const [port] = event.ports;
  port.onmessage = async ({ data }) => {
    try {
      const ok = await carry(data);
      port.postMessage({ id: data.id, ok }, [ok.body]);
    } catch (error) {
      port.postMessage({ id: data.id, err: reason(error) });
    }
  };
  port.postMessage({ ready: true });
}
window.addEventListener('message', meet);
