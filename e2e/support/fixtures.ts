// The fixtures of the specs: `import { expect, test } from '../support/fixtures.ts'`.
import { test as base } from '@playwright/test';
import { Glimpse } from './glimpse.ts';
import { type Residue, watchConsole } from './residue.ts';
import { Responsiveness } from './responsiveness.ts';
import { Traffic } from './traffic.ts';

export { expect } from '@playwright/test';

interface PerTest {
  /** Everything that this test's browser context sends. */
  traffic: Traffic;
  /** Everything that its pages and workers say on the console. */
  spoken: Residue[];
  /** Long tasks of `page`. */
  responsiveness: Responsiveness;
}

interface PerRun {
  /** One `glimpse serve` for all specs; a spec that must stop it starts its own with `Glimpse.start`. */
  glimpse: Glimpse;
}

export const test = base.extend<PerTest, PerRun>({
  glimpse: [
    async ({}, use) => {
      const glimpse = await Glimpse.start();
      await use(glimpse);
      await glimpse.stop();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  traffic: async ({}, use, information) => {
    const traffic = await Traffic.start();
    await use(traffic);
    if (information.status !== information.expectedStatus) {
      const lines = traffic.sent.map(({ witness, method, url }) => `${witness} ${method} ${url}`);
      await information.attach('traffic', { body: lines.join('\n'), contentType: 'text/plain' });
    }
    await traffic.stop();
  },
  proxy: async ({ traffic }, use) => {
    await use({ server: traffic.address });
  },
  context: async ({ context, traffic }, use) => {
    traffic.watch(context);
    await use(context);
  },
  spoken: async ({ context }, use) => {
    await use(watchConsole(context));
  },
  responsiveness: async ({ page }, use) => {
    await use(await Responsiveness.watch(page));
  },
});
