// The prover worker by itself: it can be cancelled, mends itself, and trusts neither server nor cache for keys.
import { readFile } from 'node:fs/promises';
import { type Page, expect, test } from '@playwright/test';
import { Glimpse } from '../support/glimpse.ts';

const sample = JSON.parse(await readFile(new URL('../bench/sample.json', import.meta.url), 'utf8'));
const recorded = JSON.parse(await readFile(new URL('../../fixtures/prover/circuits.json', import.meta.url), 'utf8'));
const unpacked = (name: string): number =>
  recorded.circuits.find(({ circuit }: { circuit: string }) => circuit === name).unpacked_key_bytes;
const card = { credential: sample.credential, issuer: sample.issuer, holder_secret: sample.holder_secret };

let glimpse: Glimpse;
test.beforeAll(async () => {
  glimpse = await Glimpse.start();
});
test.afterAll(async () => {
  await glimpse.stop();
});

/** Opens a bare page of the wallet's origin that keeps a worker and its replies. */
async function open(page: Page, script = '/prover/worker.js'): Promise<void> {
  await page.route('**/worker-test.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>worker</title>' }),
  );
  await page.goto(`${glimpse.origin('wallet')}/worker-test.html`);
  await page.evaluate((script) => {
    const worker = new Worker(script, { type: 'module' });
    const replies: unknown[] = [];
    worker.onmessage = ({ data }) => replies.push(data);
    Object.assign(window, { worker, replies });
  }, script);
}

/** Sends requests and waits for the final reply to each of `ids`. */
function exchange(page: Page, requests: object[], ids: number[]): Promise<Record<number, any>> {
  return page.evaluate(
    async ([requests, ids]) => {
      const { worker, replies } = window as any;
      for (const request of requests as object[]) worker.postMessage(request);
      const final = (id: number) => replies.find((reply: any) => reply.id === id && ('ok' in reply || 'err' in reply));
      while (!(ids as number[]).every(final)) await new Promise((resolve) => setTimeout(resolve, 5));
      return Object.fromEntries((ids as number[]).map((id) => [id, final(id)]));
    },
    [requests, ids] as const,
  );
}

test('requests wait for their turn, and progress is reported', async ({ page }) => {
  await open(page);
  const done = await exchange(page, [{ id: 1, op: 'init' }, { id: 2, op: 'prepare', ...card }], [1, 2]);
  expect(done[1].ok.kind).toBe('single-party');
  expect(done[2].ok.prepared).toMatch(/^[\w-]+$/);
  const progress = await page.evaluate(() => (window as any).replies.filter((reply: any) => reply.progress));
  expect(progress.length).toBeGreaterThan(3);
  const last = progress.at(-1).progress;
  expect(last).toEqual({ done: last.total, total: last.total, stage: 'proof' });
});

test('running and waiting work is cancelled, and the worker goes on', async ({ page }) => {
  await open(page);
  await exchange(page, [{ id: 1, op: 'init' }], [1]);
  const done = await exchange(
    page,
    [
      { id: 2, op: 'prepare', ...card },
      { id: 3, op: 'prepare', ...card },
      { id: 4, op: 'cancel', target: 2 },
      { id: 5, op: 'cancel', target: 3 },
      { id: 6, op: 'cancel', target: 77 },
      { id: 7, op: 'prepare', ...card },
    ],
    [2, 3, 4, 5, 6, 7],
  );
  expect(done[2].err.code).toBe('cancelled');
  expect(done[3].err.code).toBe('cancelled');
  expect([done[4].ok, done[5].ok, done[6].ok]).toEqual([{ cancelled: true }, { cancelled: true }, { cancelled: false }]);
  expect(done[7].ok.prepared).toBeTruthy();
});

test('a damaged key is refused from the server and replaced in the cache', async ({ page }) => {
  await open(page);
  const damage = (bytes: Buffer) => {
    const last = bytes.length - 1;
    bytes[last] = (bytes[last] ?? 0) ^ 1;
    return bytes;
  };
  await page.context().route('**/keys/*.pk', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: damage(await response.body()) });
  });
  const refused = await exchange(page, [{ id: 1, op: 'init' }, { id: 2, op: 'prepare', ...card }], [1, 2]);
  expect(refused[2].err.code).toBe('key_digest');

  await page.context().unroute('**/keys/*.pk');
  await page.evaluate(async () => {
    const cache = await caches.open('glimpse-proving-keys');
    const manifest = await (await fetch('/keys/manifest.json')).json();
    for (const { proving_key } of manifest.circuits) {
      await cache.put(`/keys/${proving_key.sha256}.unpacked`, new Response(new Uint8Array(9)));
    }
  });
  const mended = await exchange(page, [{ id: 3, op: 'prepare', ...card }], [3]);
  expect(mended[3].ok.prepared).toBeTruthy();
  const kept = await page.evaluate(async () => {
    const cache = await caches.open('glimpse-proving-keys');
    const copies = await Promise.all((await cache.keys()).map((name) => cache.match(name)));
    return Promise.all(copies.map(async (copy) => (await copy?.arrayBuffer())?.byteLength));
  });
  expect(kept.filter((length) => length !== 9)).toEqual([unpacked('credential-16')]);

  // The next engine reads the copy, and needs no server for it.
  await page.context().route('**/keys/*.pk', (route) => route.abort());
  await open(page);
  const again = await exchange(page, [{ id: 4, op: 'init' }, { id: 5, op: 'prepare', ...card }], [4, 5]);
  expect(again[5].ok.prepared).toBeTruthy();
  await page.context().unroute('**/keys/*.pk');
});

/** A worker that is an engine alone, after a script has run in it. Gives the reply to its first card's preparation. */
async function prepareAfter(page: Page, script: string): Promise<any> {
  await page.route('**/prover/engine-after.js', async (route) => {
    const url = route.request().url();
    const worker = await (await route.fetch({ url: url.replace('engine-after', 'worker') })).text();
    const engine = /engine-\w+\.js/.exec(worker)?.[0];
    const body = `import ${JSON.stringify(`data:text/javascript,${encodeURIComponent(script)}`)}; import './${engine}';`;
    await route.fulfill({ contentType: 'text/javascript', body });
  });
  await open(page, '/prover/engine-after.js');
  return (await exchange(page, [{ id: 1, op: 'init' }, { id: 2, op: 'prepare', ...card }], [1, 2]))[2];
}

test('what the browser keeps of a download may be damaged: the server is asked once more', async ({ page }) => {
  const script = `const fetched = self.fetch;
  self.fetch = async (url, options) => {
    if (String(url).endsWith('.pk')) self.postMessage({ mode: options.cache });
    return String(url).endsWith('.pk') && options.cache !== 'reload' ? new Response('damaged') : fetched(url, options);
  };`;
  expect((await prepareAfter(page, script)).ok?.prepared).toBeTruthy();
  const modes = await page.evaluate(() => (window as any).replies.map((reply: any) => reply.mode).filter(Boolean));
  expect(modes).toEqual(['force-cache', 'reload']);
});

test('a cache that fails, in whatever it does, counts as an empty one', async ({ page }) => {
  const broken = '() => Promise.reject(new DOMException("full", "QuotaExceededError"))';
  for (const call of ['CacheStorage.prototype.open', 'Cache.prototype.match', 'Cache.prototype.put', 'Cache.prototype.keys']) {
    expect((await prepareAfter(page, `${call} = ${broken}`)).ok.prepared, call).toBeTruthy();
  }
});

test('a copy of an impossible length is not read', async ({ page }) => {
  await open(page);
  await page.evaluate(async (length) => {
    const cache = await caches.open('glimpse-proving-keys');
    const manifest = await (await fetch('/keys/manifest.json')).json();
    for (const { proving_key } of manifest.circuits) {
      await cache.put(`/keys/${proving_key.sha256}.unpacked`, new Response(new Uint8Array(length)));
    }
  }, 4_000_000);
  const script = `for (const { prototype } of [Blob, Response]) {
    const read = prototype.arrayBuffer;
    prototype.arrayBuffer = async function () {
      const bytes = await read.call(this);
      if (bytes.byteLength >= 4000000) self.postMessage({ id: 2, err: 'it was read' });
      return bytes;
    };
  }`;
  expect((await prepareAfter(page, script)).ok?.prepared).toBeTruthy();
});

test('requests that are malformed, premature or too early for keys have their codes', async ({ page }) => {
  await open(page);
  // Another canonical secret: the last letter carries four bits of the last byte.
  const stranger = `${sample.holder_secret.slice(0, -1)}I`;
  const done = await exchange(
    page,
    [
      { id: 1, op: 'prepare', ...card },
      { id: 2, op: 'init', keys_base_url: 'https://elsewhere.example/keys/' },
      { id: 3, op: 'init' },
      { id: 4, op: 'prepare', ...card, issuer: undefined },
      { id: 5, op: 'dance' },
      { id: 6, op: 'prepare', ...card, holder_secret: stranger },
      { id: 7, op: 'stretch', passphrase: 'password', salt: 'c29tZXNhbHQ', params: { memory_kib: 65536, passes: 2, lanes: 1 } },
    ],
    [1, 2, 3, 4, 5, 6, 7],
  );
  const codes = [1, 2, 4, 5, 6].map((id) => done[id].err.code);
  expect(codes).toEqual(['not_initialised', 'keys_origin', 'bad_request', 'unknown_op', 'credential']);
  // The vector of the reference implementation.
  expect(Buffer.from(done[7].ok.key, 'base64url').toString('hex')).toBe(
    '09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7',
  );
});
