// The prover in Chromium: real worker, real keys of the server, the recorded sample card.
import { readFile } from 'node:fs/promises';
import { test } from '@playwright/test';
import { Glimpse } from '../support/glimpse.ts';

test('prover', async ({ page }) => {
  const glimpse = await Glimpse.start();
  try {
    // A blank page of the wallet's origin, without its CSP: the figures are the worker's alone.
    await page.route('**/bench.html', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>bench</title>' }),
    );
    await page.goto(`${glimpse.origin('wallet')}/bench.html`);
    await page.addScriptTag({ content: await readFile(new URL('./prover.js', import.meta.url), 'utf8') });
    const sample = JSON.parse(await readFile(new URL('./sample.json', import.meta.url), 'utf8'));
    const figures: Record<string, number> = await page.evaluate(
      // @ts-expect-error: defined by prover.js.
      (sample) => benchmark(sample, {}),
      sample,
    );
    for (const [what, time] of Object.entries(figures)) {
      console.log(`${time.toFixed(1).padStart(9)} ms  ${what}`);
    }
  } finally {
    await glimpse.stop();
  }
});
