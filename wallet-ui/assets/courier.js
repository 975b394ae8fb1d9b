// The courier carries finished messages between the wallet and the outside. It runs in a sandboxed
// frame of opaque origin: it has no storage, no keys and no way to read the wallet's page.
'use strict';

const MOST_SENT = 1 << 20; // bytes
const MOST_TAKEN = 33e6; // bytes: a published set of the greatest size
const PATIENCE = 20_000; // milliseconds, and more for what is large:
const SLOWEST = 50; // bytes a millisecond
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

async function readWithin(limit, response, tell) {
  const reader = response.body?.getReader();
  const parts = [];
  let size = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    if (size > limit) { await reader.cancel(); throw new Refusal('too-large'); }
    parts.push(part.value);
    tell(size);
  }
  return new Blob(parts).arrayBuffer();
}

async function carry({ url, method, headers, body, limit }, signal, tell) {
  if (method !== 'GET' && method !== 'POST') throw new Refusal('method');
  if (body && new Blob([body]).size > MOST_SENT) throw new Refusal('too-large');
  if (!(limit <= MOST_TAKEN)) throw new Refusal('too-large');
  const response = await fetch(allowed(url), {
    method, headers, body: method === 'POST' ? body : undefined, signal,
    redirect: 'error', credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store', mode: 'cors',
  });
  return { status: response.status, body: await readWithin(limit, response, tell) };
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
  const underway = new Map();
  port.onmessage = async ({ data }) => {
    const { id } = data;
    if (data.cancel) return underway.get(id)?.abort();
    const stop = new AbortController();
    underway.set(id, stop);
    const late = setTimeout(() => stop.abort(new DOMException('', 'TimeoutError')), PATIENCE + data.limit / SLOWEST);
    try {
      const ok = await carry(data, stop.signal, (taken) => port.postMessage({ id, taken }));
      port.postMessage({ id, ok }, [ok.body]);
    } catch (error) {
      port.postMessage({ id, err: reason(error) });
    } finally {
      clearTimeout(late);
      underway.delete(id);
    }
  };
  port.postMessage({ ready: true });
}
window.addEventListener('message', meet);
