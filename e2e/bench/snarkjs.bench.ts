// Our prover against snarkjs: the same keys and witnesses, in one page, in turn. Prints tables and writes, to `target/bench`,
// `snarkjs.json` and `snarkjs.svg` for circuits of others, `own-circuits.json` for ours. Docs: docs/performance.md.
import { test } from '@playwright/test';
import { CIRCUITS, OWN, type Prepared, prepare, prepareOwn } from './circuits.ts';
import { Contest, type Times, column, lines, writeReport } from './contest.ts';
import { plot } from './plot.ts';

const ROUNDS = Number(process.env.GLIMPSE_BENCH_ROUNDS ?? 15);

export interface Result {
  circuit: string;
  archive?: string;
  constraints: number;
  load: Record<string, number>;
  times: Times[];
}

test('our prover against snarkjs', async ({ page, browser }) => {
  test.setTimeout(60 * 60_000);
  const contest = await Contest.start(page, browser, ROUNDS);
  const results: Result[] = [];
  for (const circuit of CIRCUITS) results.push(await prove(contest, await prepare(circuit)));
  await contest.write('snarkjs', results);
  await writeReport('snarkjs.svg', plot(results));
});

test('our prover against snarkjs on circuits of ours', async ({ page, browser }) => {
  const contest = await Contest.start(page, browser, ROUNDS);
  const results: Result[] = [];
  for (const circuit of OWN) results.push(await prove(contest, await prepareOwn(circuit)));
  await contest.write('own-circuits', results);
});

async function prove(contest: Contest, prepared: Prepared): Promise<Result> {
  const { constraints, load } = await contest.load(prepared);
  const times = await contest.compare('prove');
  await contest.verify();
  const { name: circuit, archive } = prepared;
  const result = { circuit, archive, constraints, load, times };
  console.log(table(result));
  return result;
}

function table({ circuit, constraints, load, times }: Result): string {
  const loads = Object.entries(load).map(([what, value]) => `${column(value, 0)}  key read and checked once, ${what}`);
  return [`${circuit}, ${constraints} constraints, milliseconds`, ...lines(times, 0), ...loads, ''].join('\n');
}
