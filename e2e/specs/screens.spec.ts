// What people do besides the straight way: cancel, close the tab, lose the network, walk away, look back, check others.
import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { Glimpse } from '../support/glimpse.ts';
import {
  accept,
  createVault,
  follow,
  makeOffer,
  makeRequest,
  openRequest,
  PASSPHRASE,
  present,
  unlock,
  withCard,
} from '../support/walk.ts';

/** Lets `count` proving keys be downloaded; the ones after that never arrive. */
async function stallKeysAfter(context: BrowserContext, count: number): Promise<void> {
  let asked = 0;
  await context.route('**/keys/*.pk', async (route) => {
    asked += 1;
    if (asked <= count) await route.continue();
  });
}

/** Agrees to an offer, until the work on it is on the screen. */
async function beginAccepting(page: Page): Promise<void> {
  const next = page.getByTestId('contact-continue').or(page.getByTestId('offer-accept'));
  await expect(next).toBeVisible();
  while (await page.getByTestId('contact-continue').isVisible()) {
    await page.getByTestId('contact-continue').click();
    await page.waitForTimeout(300);
    await expect(next).toBeVisible();
  }
  await page.getByTestId('offer-accept').click();
}

/** Ends the tab as it is and opens the wallet in another, where keys may still be on their way for ever. */
async function reopen(page: Page, glimpse: Glimpse, keys: 'stalled' | 'there' = 'there'): Promise<Page> {
  const context = page.context();
  await page.close({ runBeforeUnload: false });
  if (keys === 'there') await context.unroute('**/keys/*.pk');
  const fresh = await context.newPage();
  await fresh.goto(`${glimpse.origin('wallet')}/`);
  await unlock(fresh);
  return fresh;
}

test('a tab that dies while a card is fetched loses nothing', async ({ page, context, glimpse }) => {
  await createVault(page, glimpse);
  await follow(page, await makeOffer(page, glimpse, 'registry'));
  await stallKeysAfter(context, 0);
  await beginAccepting(page);
  await expect(page.getByTestId('progress-stage')).toContainText('holds a secret');
  const fresh = await reopen(page, glimpse);
  await expect(fresh.getByTestId('empty-state')).toBeVisible();
  await follow(fresh, await makeOffer(fresh, glimpse, 'registry'));
  await accept(fresh);
});

test('a tab that dies while a proof is made keeps the card; making it can be cancelled, and made again', async ({
  page,
  context,
  glimpse,
}) => {
  await createVault(page, glimpse);
  await follow(page, await makeOffer(page, glimpse, 'registry'));
  // The first key is for the enrolment, the second for the card's proof.
  await stallKeysAfter(context, 1);
  await beginAccepting(page);
  await expect(page.getByTestId('progress-stage')).toContainText("card's proof");
  // What is made in the background waits for the same key, until somebody wants the proof now.
  const fresh = await reopen(page, glimpse, 'stalled');
  await fresh.getByTestId('card-0').click();
  await expect(fresh.getByTestId('card-state')).toContainText('Not prepared');
  await context.unroute('**/keys/*.pk');

  // In the midst of the proof, however fast it is: the page itself presses the button at its first sign of progress.
  await fresh.evaluate(() => {
    new MutationObserver((_, observer) => {
      const done = Number(document.querySelector('[data-testid=progress]')?.getAttribute('aria-valuenow') ?? 0);
      if (done < 5 || done > 95) return;
      observer.disconnect();
      document.documentElement.dataset['cancelledAt'] = String(done);
      document.querySelector<HTMLElement>('[data-testid=progress-cancel]')?.click();
    }).observe(document, { subtree: true, childList: true, attributes: true });
  });
  await fresh.getByTestId('prepare').click();
  await expect(fresh.locator('html')).toHaveAttribute('data-cancelled-at', /\d/);
  // Nobody has to ask again: the background makes it.
  await expect(fresh.getByTestId('card-state')).toContainText('Ready', { timeout: 90_000 });
});

test('cancelling an offer says what it left behind', async ({ page, context, glimpse }) => {
  await createVault(page, glimpse);
  for (const [keys, stage, words] of [
    [0, 'holds a secret', 'The card was not added'],
    // The first key is for the enrolment, the second for the card's proof.
    [1, "card's proof", 'The card is in your wallet'],
  ] as const) {
    await follow(page, await makeOffer(page, glimpse, 'registry'));
    await stallKeysAfter(context, keys);
    await beginAccepting(page);
    await expect(page.getByTestId('progress-stage')).toContainText(stage);
    await page.getByTestId('progress-cancel').click();
    await expect(page.getByTestId('error')).toContainText(words);
    await context.unroute('**/keys/*.pk');
  }
  await page.getByTestId('done').click();
  await expect(page.getByTestId('card-0')).toBeVisible();
});

test('without a network the wallet opens, shows its cards and makes proofs', async ({ page }) => {
  const glimpse = await Glimpse.start();
  try {
    await withCard(page, glimpse);
    // Keys are fetched when they are first needed, so one request is answered before.
    const first = await makeRequest(page, glimpse, 'bar');
    await openRequest(page, first.same);
    await present(page);
    await expect(page.getByTestId('result')).toBeVisible();
    const { same } = await makeRequest(page, glimpse, 'bar');
    await openRequest(page, same);
    await expect(page.getByTestId('consent-present')).toBeVisible();
    await glimpse.kill();

    const bar = glimpse.origin('bar');
    await page.route(`${bar}/result*`, (route) => route.fulfill({ contentType: 'text/html', body: '<title>caught</title>' }));
    await present(page);
    await page.waitForURL(/vp_token/);

    await page.goto(`${glimpse.origin('wallet')}/`);
    await unlock(page);
    await page.getByTestId('card-0').click();
    await expect(page.getByTestId('card-state')).toContainText('Ready');
    await page.getByTestId('nav-history').click();
    await expect(page.getByTestId('history-1')).toBeVisible();
  } finally {
    await glimpse.stop();
  }
});

test('a presentation is checked on the Verify screen, for its own request only', async ({ page, glimpse, request }) => {
  await withCard(page, glimpse);
  const ask = async () => {
    const { same } = await makeRequest(page, glimpse, 'rental');
    const uri = new URLSearchParams(same.split('?').slice(1).join('?')).get('request_uri') ?? '';
    return { same, signed: await (await request.get(uri)).text() };
  };
  const [mine, other] = [await ask(), await ask()];
  const rental = glimpse.origin('rental');
  await page.route(`${rental}/result*`, (route) => route.fulfill({ contentType: 'text/html', body: '<title>caught</title>' }));
  await openRequest(page, mine.same);
  await present(page);
  await page.waitForURL(/vp_token/);
  const token = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('vp_token') ?? '';

  await page.goto(`${glimpse.origin('wallet')}/#/verify`);
  await unlock(page);
  await page.getByTestId('verify-presentation').fill(token);
  await page.getByTestId('verify-request').fill(other.signed);
  await page.getByTestId('verify-check').click();
  await expect(page.getByTestId('verify-rejected')).toBeVisible();
  await page.getByTestId('verify-request').fill(mine.signed);
  await page.getByTestId('verify-check').click();
  await expect(page.getByTestId('verify-accepted')).toContainText('Motor Registry');
  await expect(page.getByTestId('verify-proved').filter({ hasText: 'between 21 and 75' })).toBeVisible();
  // What was accepted once is a replay afterwards.
  await page.getByTestId('verify-check').click();
  await expect(page.getByTestId('verify-rejected')).toContainText(/replay|before|already/i);
});

test('a wallet that nobody touches locks itself', async ({ page, glimpse }) => {
  await page.clock.install();
  await createVault(page, glimpse);
  await page.clock.fastForward('06:00');
  await page.keyboard.press('Shift');
  await page.clock.fastForward('06:00');
  await expect(page.getByTestId('empty-state')).toBeVisible();
  await page.clock.fastForward('10:00');
  await expect(page.getByTestId('unlock-passphrase')).toBeVisible();

  await unlock(page);
  await page.getByTestId('nav-settings').click();
  await page.getByTestId('auto-lock-1').check();
  await page.clock.fastForward('01:05');
  await expect(page.getByTestId('unlock-passphrase')).toBeVisible();
  // The choice outlives the page; a locked wallet stays as it is.
  await unlock(page);
  await page.getByTestId('nav-settings').click();
  await expect(page.getByTestId('auto-lock-1')).toBeChecked();
});

test('history tells answers from refusals, and says what became of each', async ({ page, glimpse }) => {
  await withCard(page, glimpse);
  const bar = await makeRequest(page, glimpse, 'bar');
  await openRequest(page, bar.same);
  await page.getByTestId('consent-refuse').click();
  await expect(page.getByTestId('refused')).toBeVisible();
  // A refusal is no answer: the same request can still be answered.
  await openRequest(page, bar.same);
  await present(page);
  await expect(page.getByTestId('result')).toBeVisible();

  await page.goto(`${glimpse.origin('wallet')}/#/history`);
  await unlock(page, PASSPHRASE);
  await expect(page.getByTestId('history-1')).toBeVisible();
  const refused = page.locator('[data-testid^=history-]').filter({ hasText: 'Refused by you' });
  await expect(refused).toContainText('They learned nothing');
  const sent = page.locator('[data-testid^=history-]').filter({ hasText: 'not reported back' });
  await expect(sent).toContainText('18 or older');
  await expect(sent).toContainText('Read: nothing');
});
