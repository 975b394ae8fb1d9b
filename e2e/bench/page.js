// Runs in a page of the wallet's origin and drives the prover's worker as the wallet does, and a worker with the verifier.

/** A client of a worker that answers {id, ok} or {id, err}. */
function client(url) {
  const worker = new Worker(url, { type: 'module' });
  const open = new Map();
  let last = 0;
  worker.onmessage = ({ data }) => {
    if (data.progress) return;
    const { resolve, reject } = open.get(data.id);
    open.delete(data.id);
    if ('ok' in data) resolve(data.ok);
    else reject(new Error(`${data.err.code}: ${data.err.message}`));
  };
  worker.onerror = ({ message }) => open.forEach(({ reject }) => reject(new Error(`${url}: ${message}`)));
  return (op, body = {}) =>
    new Promise((resolve, reject) => {
      last += 1;
      open.set(last, { resolve, reject });
      worker.postMessage({ id: last, op, ...body });
    });
}

const toBase64 = (bytes) => bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
const fromBase64 = (text) => Uint8Array.fromBase64(text, { alphabet: 'base64url' });

async function time(work) {
  const start = performance.now();
  const value = await work();
  return [performance.now() - start, value];
}

/** By build, and the one at work. */
const provers = {};
let prover;
let stock;
let verifier;
let card;
let held;
/** By number of ranges: the request to ask, the ranges kept for it, and the newest answer. */
const asked = { 2: {}, 3: {}, 5: {} };
/** The time that requests are made for, whenever this runs. */
let now;
// The page must stay responsive while the worker proves.
let longestTask = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) longestTask = Math.max(longestTask, task.duration);
}).observe({ type: 'longtask' });

/** The sample's request with a nonce of its own, so that none is answered twice. */
function fresh(ranges) {
  const nonce = toBase64(crypto.getRandomValues(new Uint8Array(32)));
  return new TextEncoder().encode(JSON.stringify({ ...asked[ranges].request, nonce }));
}

async function show(ranges, kept) {
  const request = fresh(ranges);
  const { presentation, made } = await prover('present', {
    request: toBase64(request),
    holder_secret: card.holder_secret,
    credentials: [held],
    kept,
  });
  asked[ranges].answer = { request, presentation: fromBase64(presentation), now };
  return made.map(({ proof }) => proof);
}

const steps = {
  stockCredential: () => stock('credential'),
  stockRange: () => stock('range'),
  prepare: () => prover('prepare', card),
  show2: () => show(2, asked[2].kept),
  show3: () => show(3, asked[3].kept),
  show5: () => show(5, asked[5].kept),
  showMaking1: () => show(3, asked[3].kept.slice(1)),
  // One epoch: the list as it is fetched, checked in full, and the proof by it.
  async status() {
    const response = await fetch('/bench/status-list', { cache: 'no-store' });
    const list = toBase64(new Uint8Array(await response.arrayBuffer()));
    const { genuine } = await prover('check_list', { list });
    if (!genuine) throw new Error('the status list is not genuine');
    await prover('status', { ...card, list });
  },
  verify2: () => verifier('verify', asked[2].answer),
  verify3: () => verifier('verify', asked[3].answer),
};

/** Bytes, after an engine of its own has prepared a card and made every range of an answer. */
async function memoryOfProver() {
  prover = client('/bench/observed.js');
  await prover('init');
  await steps.prepare();
  await show(3, []);
  const channel = new BroadcastChannel('bench-memory');
  return new Promise((resolve) => {
    channel.onmessage = ({ data }) => resolve(data);
    channel.postMessage('ask');
  });
}

globalThis.bench = {
  /** Loads modules and keys, makes everything that is prepared once; milliseconds of what happens once. */
  async start({ credential, issuer, holder_secret, query, request }, builds) {
    card = { credential, issuer, holder_secret };
    const whole = JSON.parse(new TextDecoder().decode(fromBase64(request)));
    now = whole.iat;
    // That the card has not expired is a range, too.
    const [{ meta }] = whole.dcql_query.credentials;
    meta.as_of = new Date(now * 1000).toISOString().slice(0, 10);
    const more = [
      { path: ['height'], gte: 120 },
      { path: ['height'], not_between: [190, 250] },
    ];
    for (const [ranges, predicates] of [
      [2, meta.predicates.slice(0, 1)],
      [3, meta.predicates],
      [5, [...meta.predicates, ...more]],
    ]) {
      asked[ranges].request = structuredClone(whole);
      asked[ranges].request.dcql_query.credentials[0].meta.predicates = predicates;
    }

    await caches.delete('glimpse-proving-keys');
    const [started] = await time(async () => {
      prover = client(builds['relaxed SIMD']);
      await prover('init');
    });
    provers['relaxed SIMD'] = prover;
    const [prepared, reply] = await time(() => prover('prepare', card));
    held = { query, credential, issuer, prepared: reply.prepared };
    for (const ranges of [2, 3, 5]) {
      asked[ranges].kept = await show(ranges, []);
      if (asked[ranges].kept.length !== ranges) throw new Error('the sample has other ranges than the steps say');
    }
    for (const [build, script] of Object.entries(builds)) {
      provers[build] ??= client(script);
      await provers[build]('init');
      const module = await provers[build]('module');
      if (module.build !== build.replace(' ', '-').toLowerCase()) throw new Error(`${module.build} in place of ${build}`);
    }
    stock = client('/bench/stock.js');
    const [generated] = await time(() => stock('start', card));
    const [loaded] = await time(async () => {
      verifier = client('/bench/verifier.js');
      await verifier('start', { issuers: `[${issuer}]` });
    });
    return {
      'prover started, manifest read': started,
      'first prepare, keys downloaded': prepared,
      'verifier started, keys loaded': loaded,
      "arkworks' keys generated": generated,
    };
  },

  /** Milliseconds of one run of a step, by a build of the prover where it takes one. */
  timed: async (step, build) => {
    prover = provers[build];
    return (await time(steps[step]))[0];
  },

  async end() {
    return {
      memory: { prover: await memoryOfProver(), verifier: await verifier('memory') },
      presentation: { '2 ranges': asked[2].answer.presentation.length, '3 ranges': asked[3].answer.presentation.length },
      longestTask,
    };
  },
};
