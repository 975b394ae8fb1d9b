// Our verification against snarkjs's: the same proofs under the same keys, in one page, in turn. Prints tables and writes
// `verification.json` to `target/bench`. Docs: docs/performance.md.
import { test } from '@playwright/test';
import { CIRCUITS, OWN, type Prepared, prepare, prepareOwn } from './circuits.ts';
import { Contest, type Times, lines } from './contest.ts';

const ROUNDS = Number(process.env.GLIMPSE_BENCH_ROUNDS ?? 25);

test('our verification against that of snarkjs', async ({ page, browser }) => {
  const contest = await Contest.start(page, browser, ROUNDS);
  const results: { circuit: string; archive?: string; inputs: number; times: Times[] }[] = [];
  const verify = async (prepared: Prepared) => {
    await contest.load(prepared);
    await contest.take();
    const times = await contest.compare('check');
    const { name: circuit, archive, publicSignals } = prepared;
    results.push({ circuit, archive, inputs: publicSignals.length, times });
    console.log([`${circuit}, ${publicSignals.length} public inputs, milliseconds`, ...lines(times, 2), ''].join('\n'));
  };
  for (const circuit of CIRCUITS) await verify(await prepare(circuit));
  for (const circuit of OWN) await verify(await prepareOwn(circuit));
  await contest.write('verification', results);
});
