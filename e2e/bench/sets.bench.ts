// A published set of 40,000 names in Chromium: fetched, checked in full, and a proof about it. Docs: docs/performance.md.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { Glimpse } from '../support/glimpse.ts';
import { PROGRAM } from '../support/place.ts';
import { WorkerTime } from './cpu.ts';
import { Figures } from './figures.ts';

const ROUNDS = Number(process.env.GLIMPSE_BENCH_ROUNDS ?? 9);
const SIZE = 40_000;
const STEPS = { check: `read and check ${SIZE} names`, prove: 'the same, and prove whether a value is among them' };

/** The file of a set, as the program publishes it. */
async function publish(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'glimpse-'));
  const glimpse = (...words: string[]) => execFileSync(PROGRAM, words, { cwd: folder });
  try {
    await writeFile(join(folder, 'names.txt'), Array.from({ length: SIZE }, (_, number) => `Driving school ${number}`).join('\n'));
    glimpse('issuer', 'init', '--dir', 'I', '--name', 'Registry');
    const values = ['--type', 'text', '--values', 'names.txt', '--out', 'names.set'];
    glimpse('set', 'publish', '--dir', 'I', '--name', 'EU driving schools', ...values);
    return await readFile(join(folder, 'names.set'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('published sets', async ({ page, browser }) => {
  const [glimpse, file] = [await Glimpse.start(), await publish()];
  try {
    const origin = glimpse.origin('wallet');
    await page.route('**/bench.html', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>bench</title>' }));
    await page.route('**/bench.set', (route) => route.fulfill({ contentType: 'application/octet-stream', body: file }));
    await page.goto(`${origin}/bench.html`);
    await page.evaluate(async () => {
      const worker = new Worker('/prover/worker.js', { type: 'module' });
      const call = (op: string, body: object = {}) =>
        new Promise<any>((resolve, reject) => {
          worker.onmessage = ({ data }) => {
            if (data.progress) return;
            if ('ok' in data) resolve(data.ok);
            else reject(new Error(`${data.err.code}: ${data.err.message}`));
          };
          worker.postMessage({ id: 1, op, ...body });
        });
      await call('init');
      const set = new Uint8Array(await (await fetch('/bench.set')).arrayBuffer());
      // The text "Driving school 7" in its encoding: a byte of length, the text, zeros.
      const value = new Uint8Array(32);
      value[1] = 16;
      value.set(new TextEncoder().encode('Driving school 7'), 2);
      const text = btoa(String.fromCharCode(...value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
      const steps = {
        check: async () => {
          if (!(await call('check_set', { set })).genuine) throw new Error('the set is not genuine');
        },
        prove: () => call('set', { set, value: text, negated: false }),
      };
      Object.assign(window, {
        timed: async (step: 'check' | 'prove') => {
          const start = performance.now();
          await steps[step]();
          return performance.now() - start;
        },
      });
    });
    const figures = new Figures();
    const cpu = await WorkerTime.of(browser);
    // The first rounds meet code that is not compiled well yet, and fetch the key.
    for (let round = -2; round < ROUNDS; round += 1) {
      for (const [step, name] of Object.entries(STEPS)) {
        const before = await cpu?.milliseconds();
        const wall: number = await page.evaluate((step) => (window as any).timed(step), step);
        const after = await cpu?.milliseconds();
        if (round >= 0) figures.add(name, wall, before !== undefined && after !== undefined ? after - before : undefined);
      }
    }
    const difference = figures.difference('the proof alone (difference of medians)', STEPS.prove, STEPS.check);
    console.log([`Chromium ${browser.version()}, ${file.length} bytes, ${ROUNDS} rounds, milliseconds`, ...figures.table(), difference].join('\n'));
  } finally {
    await glimpse.stop();
  }
});
