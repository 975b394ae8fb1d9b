// After locking, nothing secret is left in memory: not in the module's, not in a worker's, not among JavaScript's strings.
import type { BrowserContext, Page } from '@playwright/test';
import { type Canary, freshText, needles, scan } from '../support/canary.ts';
import { expect, test } from '../support/fixtures.ts';
import { openVault, packedText, secretsOf } from '../support/vault.ts';
import { PASSPHRASE, unlock, withCard } from '../support/walk.ts';

/** Keeps every memory of a module in the window that opened the page: it outlives the page's own reload. */
function keepMemories(): void {
  const keeper = (window.opener ?? window) as { memories?: WebAssembly.Memory[] };
  keeper.memories ??= [];
  const keep = (instance: WebAssembly.Instance) => keeper.memories?.push(instance.exports['memory'] as WebAssembly.Memory);
  const { instantiate, instantiateStreaming } = WebAssembly;
  WebAssembly.instantiate = async (...given: any[]) => {
    const made: any = await (instantiate as any)(...given);
    keep(made.instance ?? made);
    return made;
  };
  WebAssembly.instantiateStreaming = async (...given) => {
    const made = await instantiateStreaming(...given);
    keep(made.instance);
    return made;
  };
}

/** The kept memories, as they are now. */
async function memories(keeper: Page): Promise<Buffer[]> {
  const count = await keeper.evaluate(() => (window as any).memories.length as number);
  const read = (index: number) =>
    keeper.evaluate(async (index) => {
      const blob = new Blob([(window as any).memories[index].buffer]);
      const reader = new FileReader();
      await new Promise((done) => {
        reader.onload = done;
        reader.readAsDataURL(blob);
      });
      return String(reader.result).replace(/^.*,/, '');
    }, index);
  return Promise.all(Array.from({ length: count }, async (_, index) => Buffer.from(await read(index), 'base64')));
}

/** Every string and number that the page's JavaScript still holds, garbage removed. */
async function heap(page: Page, context: BrowserContext): Promise<Buffer> {
  const session = await context.newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return Buffer.from(chunks.join(''));
}

async function openCard(page: Page, text: string): Promise<void> {
  await page.getByTestId('nav-cards').or(page.getByTestId('done')).first().click();
  await page.getByTestId('card-0').click();
  await expect(page.getByTestId('card-fields')).toContainText(text);
}

async function lock(page: Page): Promise<void> {
  await page.getByTestId('nav-settings').click();
  await page.getByTestId('lock').click();
  await expect(page.getByTestId('unlock-passphrase')).toBeVisible();
}

test('after locking, no memory holds an attribute or a secret', async ({ page, context, glimpse }) => {
  const canaries: Canary[] = ['Family name', 'Given names', 'Licence number'].map((name) => {
    const text = freshText(18);
    return { name, text, field: packedText(text) };
  });
  await withCard(page, glimpse, 'registry', Object.fromEntries(canaries.map(({ name, text }) => [name, text ?? ''])));
  canaries.push({ name: 'passphrase', text: PASSPHRASE }, ...secretsOf(await openVault(page, PASSPHRASE)));
  const wanted = needles(canaries);
  const held = (bytes: Buffer[]) => new Set(bytes.flatMap((memory) => scan(memory, 'memory', wanted)).map(({ canary }) => canary));

  // JavaScript first, in a page that nothing else holds on to.
  await openCard(page, canaries[0]?.text ?? '');
  expect([...held([await heap(page, context)])]).toContain('Family name');
  await lock(page);
  expect([...held([await heap(page, context)])]).toEqual([]);
  await page.close();

  // Any page of the wallet's origin can keep the memories of one that it opens.
  await context.addInitScript(keepMemories);
  const keeper = await context.newPage();
  await keeper.goto(`${glimpse.origin('wallet')}/keys/manifest.json`);
  const [wallet] = await Promise.all([context.waitForEvent('page'), keeper.evaluate(() => void open('/'))]);
  await unlock(wallet);
  await openCard(wallet, canaries[0]?.text ?? '');
  const workers = wallet.workers();
  expect(workers.length).toBeGreaterThan(0);
  // The search works: an open card and an open vault are found.
  expect([...held(await memories(keeper))]).toEqual(expect.arrayContaining(['Family name', 'seed', 'data key']));

  const ended = workers.map((worker) => new Promise((resolve) => worker.once('close', resolve)));
  await lock(wallet);
  await Promise.all(ended);
  const after = await memories(keeper);
  expect(after.length).toBeGreaterThan(1);
  expect(after[0]?.findIndex((byte) => byte !== 0)).toBe(-1);
  expect([...held(after)]).toEqual([]);
});

test('a page that the browser kept for its "back" button comes back locked', async ({ page, glimpse }) => {
  await withCard(page, glimpse);
  await page.evaluate(() => {
    for (const name of ['pagehide', 'pageshow']) dispatchEvent(new PageTransitionEvent(name, { persisted: true }));
  });
  await expect(page.getByTestId('unlock-passphrase')).toBeVisible();
});
