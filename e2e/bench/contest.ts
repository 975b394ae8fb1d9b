// What the comparisons with snarkjs share: the page, the rounds, and their figures.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { TARGET } from '../support/place.ts';
import type { Prepared } from './circuits.ts';
import { WorkerTime } from './cpu.ts';
import { quantile } from './figures.ts';

/** Rounds that are not counted: modules are compiled in tiers, and the first runs meet the slow one. */
const WARM_UP = 2;
const ORIGIN = 'http://localhost/bench';
const REFERENCE = 'snarkjs, one thread';
const FOLDER = join(TARGET, 'bench');
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

/** A page with all contenders, and the circuit at hand. */
export class Contest {
  private readonly contenders: string[];
  private readonly cores: number;
  private readonly cpu: WorkerTime | undefined;
  private readonly page: Page;
  private readonly browser: Browser;
  private readonly rounds: number;
  /** The circuit whose files the page is served. */
  private readonly place: { prepared?: Prepared };

  private constructor(page: Page, browser: Browser, rounds: number, place: { prepared?: Prepared }, started: any, cpu?: WorkerTime) {
    this.page = page;
    this.browser = browser;
    this.rounds = rounds;
    this.place = place;
    this.contenders = started.contenders;
    this.cores = started.cores;
    this.cpu = cpu;
  }

  static async start(page: Page, browser: Browser, rounds: number): Promise<Contest> {
    const place: { prepared?: Prepared } = {};
    await serve(page, () => place.prepared);
    await page.goto(`${ORIGIN}/`);
    const started = await page.evaluate(() => (window as any).bench.start());
    return new Contest(page, browser, rounds, place, started, await WorkerTime.of(browser, true));
  }

  /** Takes up a circuit; its number of constraints, and the milliseconds in which we read and check its key. */
  async load(prepared: Prepared): Promise<{ constraints: number; load: Record<string, number> }> {
    this.place.prepared = prepared;
    return this.page.evaluate(() => (window as any).bench.load());
  }

  /** Fails unless snarkjs accepts the newest proof of each contender. */
  async verify(): Promise<void> {
    const { verificationKey, publicSignals } = this.place.prepared!;
    await this.page.evaluate(([key, signals]) => (window as any).bench.verify(key, signals), [verificationKey, publicSignals] as const);
  }

  /** Makes a proof with snarkjs, for steps that verify. */
  async take(): Promise<void> {
    const { verificationKey, publicSignals } = this.place.prepared!;
    await this.page.evaluate(([key, signals]) => (window as any).bench.take(key, signals), [verificationKey, publicSignals] as const);
  }

  /** All contenders in turn, round by round, at a step of the page's. */
  async compare(step: string): Promise<Times[]> {
    const wall: Record<string, number[]> = {};
    const used: Record<string, number[]> = {};
    for (let round = -WARM_UP; round < this.rounds; round += 1) {
      for (const contender of this.contenders) {
        const before = await this.cpu?.milliseconds();
        const time = await this.page.evaluate(([step, name]) => (window as any).bench[step](name), [step, contender] as const);
        const after = await this.cpu?.milliseconds();
        if (round < 0) continue;
        (wall[contender] ??= []).push(time);
        if (before !== undefined && after !== undefined) (used[contender] ??= []).push(after - before);
      }
    }
    return this.contenders.map((contender) => ({
      contender,
      wall: spread(wall[contender]!),
      ratio: ratio(wall[contender]!, wall[REFERENCE]!),
      ...(used[contender] && { cpu: spread(used[contender]!), cpuRatio: ratio(used[contender]!, used[REFERENCE]!) }),
    }));
  }

  /** Writes a report to `target/bench`. */
  async write(name: string, results: unknown): Promise<void> {
    const browser = `Chromium ${this.browser.version()}`;
    const report = { browser, cores: this.cores, rounds: this.rounds, unit: 'ms', results };
    await writeReport(`${name}.json`, `${JSON.stringify(report, null, 1)}\n`);
    console.log(`${browser}, ${this.cores} cores, ${this.rounds} rounds; see ${FOLDER}`);
  }
}

export async function writeReport(name: string, contents: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, name), contents);
}

/** A line for each contender. */
export function lines(times: Times[], digits: number): string[] {
  const head = ['median', '25 %', '75 %', 'CPU', 'ratio', '25 %', '75 %', 'by CPU'].map((name) => name.padStart(9));
  const rows = times.map(({ contender, wall, cpu, ratio, cpuRatio }) =>
    [
      ...[wall.median, wall.low, wall.high, cpu?.median].map((value) => column(value, digits)),
      ...[ratio.median, ratio.low, ratio.high, cpuRatio?.median].map((value) => column(value, 3)),
      `  ${contender}`,
    ].join(''),
  );
  return [head.join(''), ...rows];
}

export const column = (value: number | undefined, digits: number) => (value?.toFixed(digits) ?? '–').padStart(9);

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
