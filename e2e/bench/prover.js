// Runs in the wallet's own page context: drives the real worker, as the wallet does.
// `cargo xtask bench --browser` injects it; it needs nothing but the worker and its keys.

/** A client of `/prover/worker.js`. */
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
  return {
    ask: (op, body = {}) =>
      new Promise((resolve, reject) => {
        last += 1;
        open.set(last, { resolve, reject });
        worker.postMessage({ id: last, op, ...body });
      }),
    end: () => worker.terminate(),
  };
}

const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1];

async function timed(work) {
  const start = performance.now();
  const value = await work();
  return [performance.now() - start, value];
}

/** Milliseconds, medians of `rounds`, interleaved so that drift meets all alike. */
async function benchmark(sample, options) {
  const { workerUrl = '/prover/worker.js', rounds = 7, allow_insecure_dev = false } = options;
  const { holder_secret, issuer, credential, request, query } = sample;
  // Tasks on the main thread while the worker proves: the page must stay responsive.
  let longest = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) longest = Math.max(longest, task.duration);
  }).observe({ type: 'longtask' });

  await caches.delete('glimpse-proving-keys');
  const [first, prover] = await timed(async () => {
    const prover = client(workerUrl);
    await prover.ask('init', { allow_insecure_dev });
    return prover;
  });
  const card = { credential, issuer, holder_secret };
  const [firstPrepare, { prepared }] = await timed(() => prover.ask('prepare', card));
  const held = [{ query, credential, issuer, prepared }];
  const ask = (ranges) =>
    prover.ask('present', { request, holder_secret, credentials: held, ranges });
  const { ranges } = await ask([]);
  await ask(ranges);

  const times = { prepare: [], presentFresh: [], presentCached: [] };
  for (let round = 0; round < rounds; round += 1) {
    times.prepare.push((await timed(() => prover.ask('prepare', card)))[0]);
    times.presentFresh.push((await timed(() => ask([])))[0]);
    times.presentCached.push((await timed(() => ask(ranges)))[0]);
  }
  prover.end();
  const result = Object.fromEntries(
    Object.entries(times).map(([name, values]) => [name, median(values)]),
  );
  return {
    'start worker and read the manifest': first,
    'first prepare, keys downloaded': firstPrepare,
    'prepare 16 attributes': result.prepare,
    'present, 3 ranges made': result.presentFresh,
    'present, 3 ranges kept (show of 4 proofs)': result.presentCached,
    'one uncached range (difference / 3)': (result.presentFresh - result.presentCached) / ranges.length,
    'longest task of the page': longest,
  };
}
