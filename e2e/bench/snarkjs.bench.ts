// Our prover against snarkjs: the same keys and witnesses of others' circuits, in one page, in turn. Prints a table and
// writes `snarkjs.json` and `snarkjs.svg` to `target/bench`. Docs: docs/performance.md.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Page, test } from '@playwright/test';
import { TARGET } from '../support/place.ts';
import { CIRCUITS, type Prepared, prepare } from './circuits.ts';
import { WorkerTime } from './cpu.ts';
import { quantile } from './figures.ts';
import { plot } from './plot.ts';

const ROUNDS = Number(process.env.GLIMPSE_BENCH_ROUNDS ?? 15);
/** Rounds that are not counted: modules are compiled in tiers, and the first runs meet the slow one. */
const WARM_UP = 2;
const ORIGIN = 'http://localhost/bench';
const REFERENCE = 'snarkjs, one thread';
const modules = { portable: 'snarkjs', relaxed: 'snarkjs_relaxed_simd' };

/** Milliseconds of one contender: by the clock, and the CPU time of the page and its workers. */
export interface Times {
  contender: string;
  wall: Spread;
  cpu?: Spread;
  /** Median by the clock over that of snarkjs on one thread, round by round. */
  ratio: Spread;
  /** The same by CPU time. */
  cpuRatio?: Spread;
}

export interface Spread {
  median: number;
  low: number;
  high: number;
  fastest: number;
}

export interface Result {
  circuit: string;
  archive: string;
  constraints: number;
  load: Record<string, number>;
  times: Times[];
}

test('our prover against snarkjs', async ({ page, browser }) => {
  test.setTimeout(60 * 60_000);
  let prepared: Prepared | undefined;
  await serve(page, () => prepared);
  await page.goto(`${ORIGIN}/`);
  const { contenders, cores } = await page.evaluate(() => (window as any).bench.start());
  const cpu = await WorkerTime.of(browser, true);

  const results: Result[] = [];
  for (const circuit of CIRCUITS) {
    prepared = await prepare(circuit);
    const { constraints, load } = await page.evaluate(() => (window as any).bench.load());
    const wall: Record<string, number[]> = {};
    const used: Record<string, number[]> = {};
    for (let round = -WARM_UP; round < ROUNDS; round += 1) {
      for (const contender of contenders) {
        const before = await cpu?.milliseconds();
        const time = await page.evaluate((name) => (window as any).bench.prove(name), contender);
        const after = await cpu?.milliseconds();
        if (round < 0) continue;
        (wall[contender] ??= []).push(time);
        if (before !== undefined && after !== undefined) (used[contender] ??= []).push(after - before);
      }
    }
    const { verificationKey, publicSignals } = prepared;
    await page.evaluate(([key, signals]) => (window as any).bench.verify(key, signals), [verificationKey, publicSignals]);
    results.push({
      circuit: circuit.name,
      archive: circuit.archive,
      constraints,
      load,
      times: contenders.map((contender: string) => ({
        contender,
        wall: spread(wall[contender]!),
        ratio: ratio(wall[contender]!, wall[REFERENCE]!),
        ...(used[contender] && { cpu: spread(used[contender]), cpuRatio: ratio(used[contender], used[REFERENCE]!) }),
      })),
    });
    console.log(table(results.at(-1)!));
  }

  const folder = join(TARGET, 'bench');
  await mkdir(folder, { recursive: true });
  const report = { browser: `Chromium ${browser.version()}`, cores, rounds: ROUNDS, unit: 'ms', results };
  await writeFile(join(folder, 'snarkjs.json'), `${JSON.stringify(report, null, 1)}\n`);
  await writeFile(join(folder, 'snarkjs.svg'), plot(results));
  console.log(`Chromium ${browser.version()}, ${cores} cores, ${ROUNDS} rounds; see ${folder}`);
});

/** A page that holds snarkjs, our modules and the circuit at hand. */
async function serve(page: Page, prepared: () => Prepared | undefined): Promise<void> {
  const script = createRequire(import.meta.url).resolve('snarkjs').replace(/[^/\\]*$/, 'snarkjs.min.js');
  const here = (name: string) => readFile(new URL(`./${name}`, import.meta.url), 'utf8');
  await page.route(`${ORIGIN}/**`, async (route) => {
    const path = new URL(route.request().url()).pathname.replace('/bench/', '');
    const [folder, file] = path.split('/');
    if (path === '') {
      const body = `<!doctype html><title>bench</title><script src="vendor.js"></script><script type="module">${await here('snarkjs.js')}</script>`;
      return route.fulfill({ contentType: 'text/html', body });
    }
    if (path === 'vendor.js') return route.fulfill({ path: script });
    if (path === 'key.zkey') return route.fulfill({ path: prepared()!.zkey });
    if (path === 'witness.wtns') return route.fulfill({ path: prepared()!.wtns });
    const module = modules[folder as keyof typeof modules];
    return route.fulfill({ path: join(TARGET, 'wasm-modules', module, file!) });
  });
}

function spread(values: number[]): Spread {
  const at = (place: number) => Number(quantile(values, place).toPrecision(4));
  return { median: at(0.5), low: at(0.25), high: at(0.75), fastest: at(0) };
}

/** Neighbours in time are compared with each other: the machine may be slow in one round and fast in another. */
const ratio = (values: number[], reference: number[]) => spread(values.map((value, i) => value / reference[i]!));

function table({ circuit, constraints, load, times }: Result): string {
  const number = (value: number | undefined, digits: number) => (value?.toFixed(digits) ?? '–').padStart(9);
  const head = ['median', '25 %', '75 %', 'CPU', 'ratio', '25 %', '75 %', 'by CPU'].map((name) => name.padStart(9));
  const rows = times.map(({ contender, wall, cpu, ratio, cpuRatio }) =>
    [
      ...[wall.median, wall.low, wall.high, cpu?.median].map((value) => number(value, 0)),
      ...[ratio.median, ratio.low, ratio.high, cpuRatio?.median].map((value) => number(value, 3)),
      `  ${contender}`,
    ].join(''),
  );
  const loads = Object.entries(load).map(([what, value]) => `${number(value, 0)}  key read and checked once, ${what}`);
  return [`${circuit}, ${constraints} constraints, milliseconds`, head.join(''), ...rows, ...loads, ''].join('\n');
}
