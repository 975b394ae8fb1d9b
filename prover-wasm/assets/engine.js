// Runs the WASM module: fetches the proving keys that a request needs, then lets it work.
//
// Keys are kept in the Cache API under their digest. The module compares the digest of all bytes
// that it is given, so neither the server nor the cache is trusted.

import load, { Engine, Job } from './glimpse_prover_wasm.js';

const CACHE = 'glimpse-proving-keys';

const MODULE = new URL('./glimpse_prover_wasm_bg.wasm', import.meta.url);
const ready = load({ module_or_path: MODULE }).then(() => new Engine());
let base = null;
/** One request after the other, although handlers are asynchronous. */
let last = Promise.resolve();

self.onmessage = ({ data: request }) => {
  last = last.then(() => answer(request));
};

async function answer({ id, op, ...body }) {
  try {
    self.postMessage({ id, ok: await perform(id, op, body) });
  } catch (error) {
    // A trap leaves the module in an unknown state: let it reach the outer worker's onerror.
    if (error instanceof WebAssembly.RuntimeError) {
      setTimeout(() => { throw error; });
      return;
    }
    const { code = 'internal', message = 'unexpected failure' } = error ?? {};
    self.postMessage({ id, err: { code: String(code), message: String(message) } });
  }
}

async function perform(id, op, body) {
  const engine = await ready;
  const progress = (stage, done, total) =>
    self.postMessage({ id, progress: { done, total, stage } });
  if (op === 'init') {
    base = new URL(body.keys_base_url ?? '/keys/', self.location.href);
    if (!base.pathname.endsWith('/')) base.pathname += '/';
    if (base.origin !== self.location.origin) {
      throw { code: 'keys_origin', message: 'proving keys must come from the wallet itself' };
    }
    const manifest = await download('manifest.json', 'no-cache');
    return engine.init(new TextDecoder().decode(manifest), body);
  }
  if (op === 'stretch') return engine.stretch(body);
  const job = new Job(op, body);
  try {
    const missing = engine.missingKeys(job);
    for (const [place, key] of missing.entries()) {
      progress('keys', place, missing.length);
      await provide(engine, key);
    }
  } catch (error) {
    // A job holds secrets; done or not, they are erased.
    job.free();
    throw error;
  }
  return engine.run(job, (done, total) => progress('proof', done, total));
}

/** Gives the module a key, from the cache if its copy there is whole. */
async function provide(engine, { circuit, file, sha256 }) {
  const store = await self.caches?.open(CACHE).catch(() => undefined);
  const name = new URL(`${sha256}.pk`, base);
  const kept = await store?.match(name);
  if (kept) {
    try {
      engine.addKey(circuit, new Uint8Array(await kept.arrayBuffer()));
      return;
    } catch (error) {
      if (error?.code !== 'key_digest') throw error;
      await store.delete(name);
    }
  }
  const bytes = await download(file, 'force-cache');
  engine.addKey(circuit, bytes);
  // A full disk costs a download the next time, nothing else.
  await store?.put(name, new Response(bytes)).catch(() => {});
  await forget(engine, store);
}

/** Deletes the kept keys that the manifest no longer names. */
async function forget(engine, store) {
  if (!store) return;
  const named = new Set(engine.keyDigests().map((sha256) => new URL(`${sha256}.pk`, base).href));
  for (const kept of await store.keys()) {
    if (!named.has(kept.url)) await store.delete(kept);
  }
}

async function download(file, cache) {
  const failed = { code: 'keys_unavailable', message: 'the proving keys could not be fetched' };
  const response = await fetch(new URL(file, base), { cache, credentials: 'omit' })
    .catch(() => { throw failed; });
  if (!response.ok) throw failed;
  return new Uint8Array(await response.arrayBuffer().catch(() => { throw failed; }));
}
