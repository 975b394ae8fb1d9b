// The prover comes in two builds. The fast one must pass its test first; else the portable one takes over. Each is
// fetched only where it is used.
import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { Glimpse } from '../support/glimpse.ts';
import type { Traffic } from '../support/traffic.ts';
import { makeRequest, openRequest, present, unlock, withCard } from '../support/walk.ts';

const FAST = /glimpse_prover_wasm_relaxed_simd_bg-\w+\.wasm/;
const PORTABLE = /glimpse_prover_wasm_bg-\w+\.wasm/;

const fetched = (traffic: Traffic) => ({
  fast: traffic.sent.some(({ url }) => FAST.test(url)),
  portable: traffic.sent.some(({ url }) => PORTABLE.test(url)),
});

/** Serves the fast build without fused multiply-adds in it: each f64x2.relaxed_madd becomes the one that subtracts. */
async function spoil(context: BrowserContext): Promise<void> {
  await context.route(FAST, async (route) => {
    const response = await route.fetch();
    const module = await response.body();
    let count = 0;
    for (let at = module.indexOf('fd8702', 'hex'); at >= 0; at = module.indexOf('fd8702', at + 3, 'hex')) {
      module[at + 1] = 0x88;
      count += 1;
    }
    expect(count).toBeGreaterThan(100);
    await route.fulfill({ contentType: 'application/wasm', body: module });
  });
}

/** What the worker says of its build. */
async function build(page: Page, glimpse: Glimpse, script = '/prover/worker.js'): Promise<unknown> {
  await page.route('**/worker-test.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>worker</title>' }),
  );
  await page.goto(`${glimpse.origin('wallet')}/worker-test.html`);
  return page.evaluate(async (script) => {
    const worker = new Worker(script, { type: 'module' });
    worker.postMessage({ id: 1, op: 'module' });
    return new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data.ok ?? data)));
  }, script);
}

/** What the settings say of it. */
async function diagnose(page: Page): Promise<string> {
  await page.getByTestId('done').click();
  await page.getByTestId('nav-settings').click();
  await page.getByTestId('diagnose').click();
  await expect(page.getByTestId('diagnosis')).toContainText('Second proof');
  return page.getByTestId('diagnosis').innerText();
}

async function proveAtTheBar(page: Page, glimpse: Glimpse): Promise<void> {
  await openRequest(page, (await makeRequest(page, glimpse, 'bar')).same);
  await present(page);
  await expect(page.getByTestId('facts')).toContainText(/over 18: proved/i);
}

test('the fast build is tested and used, prepares and shows; the portable one is not even fetched', async ({ page, glimpse, traffic }) => {
  expect(await build(page, glimpse)).toEqual({ build: 'relaxed-simd', reason: 'passed' });
  await withCard(page, glimpse);
  expect(await diagnose(page)).toContain('The fast one. It passed a test');
  await proveAtTheBar(page, glimpse);
  expect(fetched(traffic)).toEqual({ fast: true, portable: false });
});

test('a fast build that calculates wrongly is not used: the portable one prepares and shows', async ({ page, context, glimpse }) => {
  await spoil(context);
  expect(await build(page, glimpse)).toEqual({ build: 'portable', reason: 'wrong' });
  await withCard(page, glimpse);
  expect(await diagnose(page)).toContain('calculated wrongly on this device');
  await proveAtTheBar(page, glimpse);
});

test('a fast build that does not start is not used', async ({ page, context, glimpse }) => {
  await context.route(FAST, (route) => route.abort());
  expect(await build(page, glimpse)).toEqual({ build: 'portable', reason: 'failed' });
  await context.unroute(FAST);
  await context.route(FAST, (route) => route.fulfill({ contentType: 'application/wasm', body: 'no module' }));
  expect(await build(page, glimpse)).toEqual({ build: 'portable', reason: 'failed' });
});

test('a browser without relaxed SIMD never fetches the fast build', async ({ page, glimpse, traffic }) => {
  await page.route('**/prover/engine-without.js', async (route) => {
    const url = route.request().url();
    const worker = await (await route.fetch({ url: url.replace('engine-without', 'worker') })).text();
    const engine = /engine-\w+\.js/.exec(worker)?.[0];
    const body = `import 'data:text/javascript,WebAssembly.validate = () => false'; import './${engine}';`;
    await route.fulfill({ contentType: 'text/javascript', body });
  });
  expect(await build(page, glimpse, '/prover/engine-without.js')).toEqual({ build: 'portable', reason: 'unsupported' });
  expect(fetched(traffic)).toEqual({ fast: false, portable: true });
});

test('the build that was used is kept for use without a network', async ({ page }) => {
  const own = await Glimpse.start();
  try {
    await withCard(page, own);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    // A worker of a page that the service worker serves.
    await page.reload();
    await unlock(page);
    await expect(page.getByTestId('card-0')).toBeVisible();
    await own.kill();
    await page.reload();
    await unlock(page);
    await expect(page.getByTestId('card-0')).toBeVisible();
    const kept = await page.evaluate(async () => {
      const names = (await caches.keys()).filter((name) => name.startsWith('glimpse-shell-'));
      const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return requests.flat().map(({ url }) => url);
    });
    expect(kept.filter((url) => FAST.test(url))).toHaveLength(1);
    expect(kept.filter((url) => PORTABLE.test(url))).toHaveLength(0);
  } finally {
    await own.stop();
  }
});
