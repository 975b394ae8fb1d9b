// Sums of scaled points by every representation that a browser can run equal arkworks', for random and adversarial points
// and scalars. Natively `cargo test -p glimpse-msm` compares the same cases.
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { SLOW, TARGET } from '../support/place.ts';

const MODULES = { sums: ['arkworks', '9 x 29 bits'], sums_relaxed_simd: ['relaxed SIMD'] };

/** How many cases, of up to two to the power of `bits` points. Slow tests have ten times as many. */
const RUNS = [
  { compare: 'compareG1', cases: 8_700, bits: 4 },
  { compare: 'compareG1', cases: 30, bits: 10 },
  { compare: 'compareG2', cases: 1_300, bits: 4 },
  { compare: 'compareG2', cases: 10, bits: 9 },
  { compare: 'compareFew', cases: 1_000, bits: 5 },
].map((run, seed) => ({ ...run, seed, cases: run.cases * (SLOW ? 10 : 1) }));

async function load(page: Page, module: string): Promise<string[]> {
  await page.route('http://localhost/sums/**', (route) => {
    const name = new URL(route.request().url()).pathname.replace('/sums/', '');
    if (name === '') return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>sums</title>' });
    return route.fulfill({ path: join(TARGET, 'wasm-modules', module, name) });
  });
  await page.goto('http://localhost/sums/');
  return page.evaluate(async (module) => {
    const loaded = await import(`/sums/${module}.js`);
    await loaded.default();
    Object.assign(window, { loaded });
    return loaded.representations();
  }, module);
}

for (const [module, representations] of Object.entries(MODULES)) {
  test(`sums are arkworks': ${representations.join(', ')}`, async ({ page }) => {
    test.setTimeout(15 * 60_000);
    expect(await load(page, module)).toEqual(representations);
    for (const { compare, cases, bits, seed } of RUNS) {
      // In pieces, so that the page answers in between.
      for (let done = 0; done < cases; done += 500) {
        const piece = [Math.min(500, cases - done), bits, 1_000 * seed + done / 500];
        await page.evaluate(([compare, piece]) => (window as any).loaded[compare](...piece), [compare, piece] as const);
      }
    }
  });
}
