// The prover in both builds, arkworks' own and the verifier in Chromium: real modules, real workers, the keys of a real
// server, the recorded sample card. Prints medians and spread. Docs: docs/performance.md.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Page, test } from '@playwright/test';
import { Glimpse } from '../support/glimpse.ts';
import { TARGET } from '../support/place.ts';
import { WorkerTime } from './cpu.ts';
import { Figures } from './figures.ts';

const ROUNDS = Number(process.env.GLIMPSE_BENCH_ROUNDS ?? 25);
/** Rounds that are not counted: modules are compiled in tiers, and the first runs meet the slow one. */
const WARM_UP = 5;
const VERIFIER = join(TARGET, 'dist', 'verifier');
const here = (name: string) => new URL(`./${name}`, import.meta.url);

/** What one round does, in this order, so that drift meets all alike. Defined in `page.js`. */
const STEPS = {
  prepare: 'prepare 16 attributes',
  show2: 'show, credential and 2 prepared ranges',
  show3: 'show, credential and 3 prepared ranges',
  show5: 'show, credential and 5 prepared ranges',
  showMaking1: 'show, 3 ranges, 1 of them made',
  status: 'fetch, check and prepare a status list, 1 in 100 revoked',
} as const;
/** The builds of the prover, by the script of its worker. */
const BUILDS = { 'relaxed SIMD': '/prover/worker.js', portable: '/bench/portable.js' };
const OTHERS = {
  stockCredential: 'prove and verify 16 attributes, arkworks',
  stockRange: 'prove and verify a range, arkworks',
  verify2: 'verify the answer with 2 ranges',
  verify3: 'verify the answer with 3 ranges',
} as const;
const RUNS = [
  ...Object.entries(STEPS).flatMap(([step, name]) => Object.keys(BUILDS).map((build) => ({ step, build, name: `${name}, ${build}` }))),
  ...Object.entries(OTHERS).map(([step, name]) => ({ step, build: undefined, name })),
];

test('prover and verifier', async ({ page, browser }) => {
  const glimpse = await Glimpse.start();
  try {
    await serve(page);
    await page.goto(`${glimpse.origin('wallet')}/bench.html`);
    const sample = JSON.parse(await readFile(here('sample.json'), 'utf8'));
    const first: Record<string, number> = await page.evaluate(
      ([sample, builds]) => (window as any).bench.start(sample, builds),
      [sample, BUILDS] as const,
    );

    const figures = new Figures();
    const cpu = await WorkerTime.of(browser);
    for (let round = -WARM_UP; round < ROUNDS; round += 1) {
      for (const { step, build, name } of RUNS) {
        const before = await cpu?.milliseconds();
        const wall: number = await page.evaluate(([step, build]) => (window as any).bench.timed(step, build), [step, build] as const);
        const after = await cpu?.milliseconds();
        if (round < 0) continue;
        figures.add(name, wall, before !== undefined && after !== undefined ? after - before : undefined);
      }
    }
    const { memory, presentation, longestTask } = await page.evaluate(() => (window as any).bench.end());

    const lines = [
      `Chromium ${browser.version()}, ${ROUNDS} rounds, milliseconds`,
      ...figures.table(),
      ...Object.keys(BUILDS).map((build) =>
        figures.difference(`one uncached range (difference of medians), ${build}`, `${STEPS.showMaking1}, ${build}`, `${STEPS.show3}, ${build}`),
      ),
      '',
      ...Object.entries(first).map(([what, time]) => `${time.toFixed(1).padStart(9)} ms  ${what}, once`),
      `${longestTask.toFixed(1).padStart(9)} ms  longest task of the page's own thread`,
      '',
      ...Object.entries(memory as Record<string, number>).map(
        ([what, bytes]) => `${(bytes / 1e6).toFixed(1).padStart(9)} MB  linear memory at its highest, ${what}`,
      ),
      ...Object.entries(presentation as Record<string, number>).map(
        ([what, bytes]) => `${String(bytes).padStart(9)} B   presentation, ${what}`,
      ),
      ...(await moduleSizes()),
    ];
    console.log(lines.join('\n'));
  } finally {
    await glimpse.stop();
  }
});

/** A blank page of the wallet's origin, without its CSP; the verifier's files beside it; engines that tell their memory. */
async function serve(page: Page): Promise<void> {
  const script = (name: string) => readFile(here(name), 'utf8');
  await page.route('**/bench.html', async (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><title>bench</title><script type="module">${await script('page.js')}</script>`,
    }),
  );
  // Chromium lets nobody rewrite the script of a worker's worker: engines that find a changed world are the page's own.
  const engineAfter = (path: string, preamble: string) =>
    page.route(path, async (route) => {
      const response = await route.fetch({ url: `${new URL(route.request().url()).origin}/prover/worker.js` });
      const engine = /engine[-\w]*\.js/.exec(await response.text())?.[0];
      await route.fulfill({ contentType: 'text/javascript', body: `import '${preamble}';\nimport '/prover/${engine}';` });
    });
  await engineAfter('**/bench/observed.js', './observe.js');
  await engineAfter('**/bench/portable.js', 'data:text/javascript,WebAssembly.validate = () => false');
  await page.route('**/bench/observe.js', async (route) =>
    route.fulfill({ contentType: 'text/javascript', body: await script('observe.js') }),
  );
  await page.route('**/bench/status-list', async (route) =>
    route.fulfill({ contentType: 'application/octet-stream', body: await readFile(here('status-list.bin')) }),
  );
  await page.route('**/bench/verifier.js', async (route) =>
    route.fulfill({ contentType: 'text/javascript', body: await script('verifier.js') }),
  );
  await page.route('**/bench/stock.js', async (route) =>
    route.fulfill({ contentType: 'text/javascript', body: await script('stock.js') }),
  );
  await page.route('**/bench/stock/*', (route) =>
    route.fulfill({ path: join(TARGET, 'wasm-modules', 'stock', new URL(route.request().url()).pathname.replace(/^.*\//, '')) }),
  );
  await page.route('**/bench/glimpse_verifier*', (route) =>
    route.fulfill({ path: join(VERIFIER, new URL(route.request().url()).pathname.replace(/^.*\//, '')) }),
  );
}

/** Every module of the build, as it is and as brotli. */
async function moduleSizes(): Promise<string[]> {
  const dist = join(TARGET, 'dist');
  const modules = (await readdir(dist, { recursive: true })).filter((path) => path.endsWith('.wasm')).sort();
  const size = async (path: string) => ((await stat(join(dist, path))).size / 1e3).toFixed(1).padStart(9);
  return Promise.all(modules.map(async (path) => `${await size(`${path}.br`)} kB  brotli of ${path} (${(await size(path)).trim()} kB)`));
}
