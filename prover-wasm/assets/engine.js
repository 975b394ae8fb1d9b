// Runs the WASM module: fetches the proving keys that a request needs, then lets it work.
//
// Keys travel compressed, and are kept unpacked in the Cache API under the digest of their file. The
// module compares that digest in both cases, so neither the server nor the cache is trusted.
//
// There are two builds of the module. The one with relaxed SIMD is about twice as fast, but not every
// browser runs it, and how its multiply-add rounds is left to the machine: so it must pass a test first.
// The portable one always works, and is fetched only where it is needed.

const CACHE = 'glimpse-proving-keys';

/** A module with a relaxed multiply-add in it: valid where the browser knows relaxed SIMD. */
const PROBE = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, // magic, version
  0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b, // types: () -> v128
  0x03, 0x02, 0x01, 0x00, // functions
  0x0a, 0x13, 0x01, 0x11, 0x00, // code: i8x16.splat 0, three times; f64x2.relaxed_madd
  0x41, 0x00, 0xfd, 0x0f, 0x41, 0x00, 0xfd, 0x0f, 0x41, 0x00, 0xfd, 0x0f, 0xfd, 0x87, 0x02, 0x0b,
]);

/** The build that is used, why, and its exports. */
let used = null;
const ready = choose();
let base = null;
/** One request after the other, although handlers are asynchronous. */
let last = Promise.resolve();

self.onmessage = ({ data: request }) => {
  last = last.then(() => answer(request));
};

/** Starts the fastest build that works here. */
async function choose() {
  let reason = 'unsupported';
  if (WebAssembly.validate(PROBE)) {
    try {
      const module = await started(import('./glimpse_prover_wasm_relaxed_simd.js'));
      if (module.selfTest()) {
        used = { build: 'relaxed-simd', reason: 'passed', module };
        return new module.Engine();
      }
      reason = 'wrong';
    } catch {
      reason = 'failed';
    }
  }
  const module = await started(import('./glimpse_prover_wasm.js'));
  used = { build: 'portable', reason, module };
  return new module.Engine();
}

async function started(importing) {
  const module = await importing;
  await module.default();
  return module;
}

async function answer({ id, op, ...body }) {
  try {
    self.postMessage({ id, ok: await perform(id, op, body) });
  } catch (error) {
    // A trap leaves the module in an unknown state, and without a module nothing can be answered: let it
    // reach the outer worker's onerror.
    if (!used || error instanceof WebAssembly.RuntimeError) {
      setTimeout(() => { throw error; });
      return;
    }
    const { code = 'internal', message = 'unexpected failure' } = error ?? {};
    self.postMessage({ id, err: { code: String(code), message: String(message) } });
  }
}

async function perform(id, op, body) {
  const engine = await ready;
  // A show has steps of a millisecond, of which a message would take a part on every thread that it passes: so work
  // that is done soon is not told of.
  let told = performance.now();
  let begun = false;
  const progress = (stage, done, total) => {
    const now = performance.now();
    if (stage === 'proof' && now - told < 25 && !(begun && done === total)) return;
    told = now;
    begun = true;
    self.postMessage({ id, progress: { done, total, stage } });
  };
  if (op === 'init') {
    base = new URL(body.keys_base_url ?? '/keys/', self.location.href);
    if (!base.pathname.endsWith('/')) base.pathname += '/';
    if (base.origin !== self.location.origin) {
      throw { code: 'keys_origin', message: 'proving keys must come from the wallet itself' };
    }
    const manifest = await download('manifest.json', 'no-cache');
    return engine.init(new TextDecoder().decode(manifest), body);
  }
  if (op === 'module') return { build: used.build, reason: used.reason };
  if (op === 'stretch') return engine.stretch(body);
  const job = new used.module.Job(op, body);
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

/** Gives the module a key: the unpacked copy in the cache if it is whole, else the file. */
async function provide(engine, { circuit, file, sha256, bytes }) {
  // A cache that fails is as good as an empty one: that costs a download the next time, nothing else.
  const store = await self.caches?.open(CACHE).catch(() => undefined);
  const name = unpacked(sha256);
  const copy = await read(store, name, bytes).catch(() => undefined);
  if (copy && attempt(() => engine.addUnpackedKey(circuit, copy)).done) return;
  const load = async (cache) => {
    const key = await download(file, cache);
    return attempt(() => engine.addKey(circuit, key));
  };
  let loaded = await load('force-cache');
  // What the browser keeps of an earlier download may be damaged: then the server is asked.
  if (!loaded.done) loaded = await load('reload');
  if (!loaded.done) throw loaded.error;
  await keep(engine, store, name, loaded.done.value).catch(() => {});
}

/** Unless the module trapped: what it gave, or its error. */
function attempt(work) {
  try {
    return { done: { value: work() } };
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    return { error };
  }
}

/** The copy of a key, if there is one of a possible length: twice that of the file is the most. */
async function read(store, name, bytes) {
  const copy = await (await store?.match(name))?.blob();
  return copy && copy.size <= 2 * bytes ? new Uint8Array(await copy.arrayBuffer()) : undefined;
}

/** Keeps a key in the place of any damaged copy, and deletes what is kept of keys that the manifest no longer names. */
async function keep(engine, store, name, key) {
  if (!store) return;
  await store.put(name, new Response(key));
  const named = new Set(engine.keyDigests().map((sha256) => unpacked(sha256).href));
  for (const kept of await store.keys()) {
    if (!named.has(kept.url)) await store.delete(kept);
  }
}

function unpacked(sha256) {
  return new URL(`${sha256}.unpacked`, base);
}

async function download(file, cache) {
  const failed = { code: 'keys_unavailable', message: 'the proving keys could not be fetched' };
  const response = await fetch(new URL(file, base), { cache, credentials: 'omit' })
    .catch(() => { throw failed; });
  if (!response.ok) throw failed;
  return new Uint8Array(await response.arrayBuffer().catch(() => { throw failed; }));
}
