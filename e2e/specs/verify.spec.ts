// One wallet checks what another shows: by status lists that it has fetched itself.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { Glimpse } from '../support/glimpse.ts';
import { shoot } from '../support/screenshots.ts';
import { accept, createVault, follow, makeOffer, openRequest, present, revoke, unlock } from '../support/walk.ts';

/** A request of the bank, which wants two cards that are not revoked: its link, and itself as it is signed. */
async function ask(page: Page, glimpse: Glimpse): Promise<{ link: string; signed: string }> {
  const session = await (await page.request.post(`${glimpse.origin('bank')}/api/sessions`, { data: {} })).json();
  const link: string = session.same_device;
  const uri = new URLSearchParams(link.split('?').slice(1).join('?')).get('request_uri') ?? '';
  return { link, signed: await (await page.request.get(uri)).text() };
}

/** What a holder's wallet answers to a request. The bank never sees it. */
async function answer(page: Page, glimpse: Glimpse, link: string): Promise<string> {
  const bank = glimpse.origin('bank');
  await page.route(`${bank}/result*`, (route) => route.fulfill({ contentType: 'text/html', body: '<title>caught</title>' }));
  await openRequest(page, link);
  await present(page);
  await page.waitForURL(/vp_token/, { timeout: 60_000 });
  return new URLSearchParams(new URL(page.url()).hash.slice(1)).get('vp_token') ?? '';
}

/** Fills the Verify screen and presses its button. */
async function check(page: Page, request: string, presentation: string): Promise<void> {
  await page.getByTestId('verify-request').fill(request);
  await page.getByTestId('verify-presentation').fill(presentation);
  await page.getByTestId('verify-check').click();
}

test('an answer that rests on status lists is checked by lists that the wallet fetches when its holder says so', async ({ page, browser }) => {
  test.setTimeout(240_000);
  const glimpse = await Glimpse.start({ arguments: ['--request-ttl', '7200'] });
  const context = await browser.newContext();
  try {
    await createVault(page, glimpse);
    const licence = await makeOffer(page, glimpse, 'registry');
    for (const offer of [licence, await makeOffer(page, glimpse, 'university')]) {
      await follow(page, offer);
      await accept(page);
    }
    const [first, second] = [await ask(page, glimpse), await ask(page, glimpse)];
    const [one, two] = [await answer(page, glimpse, first.link), await answer(page, glimpse, second.link)];

    // Somebody else, with no card at all.
    const other = await context.newPage();
    const fetched: string[] = [];
    other.on('request', (sent) => {
      if (sent.url().endsWith('/status-list')) fetched.push(sent.url());
    });
    await createVault(other, glimpse);
    await other.getByTestId('nav-verify').click();
    const issuers = ['registry', 'university'] as const;
    const manifests = issuers.map(async (issuer) => (await page.request.get(`${glimpse.origin(issuer)}/manifest.json`)).json());
    const trusted = JSON.stringify(await Promise.all(manifests));
    await other.getByTestId('verify-issuers').fill(trusted);
    await check(other, first.signed, one);
    const lists = other.getByTestId('verify-lists');
    await expect(lists).toContainText('This wallet has no status list of Motor Registry yet');
    const urls = issuers.map((issuer) => `${glimpse.origin(issuer)}/status-list`);
    await expect(lists.getByTestId('contact-url')).toHaveText(urls);
    await shoot(other, 'wallet-verify-lists');
    expect(fetched).toEqual([]);

    // Without them it cannot be told; that uses up nothing.
    await other.getByTestId('verify-regardless').click();
    await expect(other.getByTestId('verify-rejected')).toContainText('Whether the card is revoked cannot be told');
    await expect(other.getByTestId('verify-rejected')).toContainText('has not fetched the status list of Motor Registry');

    // What is wrong with a list is said, and nothing is taken.
    await context.route('**/status-list', (route) => route.fulfill({ body: '?', headers: { 'access-control-allow-origin': '*' } }));
    await check(other, first.signed, one);
    await other.getByTestId('verify-fetch').click();
    await expect(other.getByTestId('error')).toContainText('Motor Registry: what it offers as its status list is damaged');
    await expect(lists).toBeVisible();
    await context.unroute('**/status-list');

    fetched.length = 0;
    await other.getByTestId('verify-fetch').click();
    await expect(other.getByTestId('verify-accepted')).toBeVisible({ timeout: 60_000 });
    expect(fetched.sort()).toEqual(urls.sort());
    await expect(other.getByTestId('verify-card')).toHaveCount(2);
    await expect(other.getByTestId('verify-proved').filter({ hasText: 'Not revoked by its issuer' })).toHaveCount(2);
    await expect(other.getByTestId('verify-accepted')).toContainText('By the status list of');
    await shoot(other, 'wallet-verify-accepted');

    // The list that is kept serves the next answer, for as long as it counts: ten minutes after a newer one began.
    await revoke(page, glimpse, 'registry', licence);
    await revoke(page, glimpse, 'registry', licence, false);
    const third = await ask(page, glimpse);
    await check(other, third.signed, two);
    await expect(lists).toContainText('The request names a newer status list of Motor Registry than this wallet has');
    await expect(lists).not.toContainText('City University');
    await other.getByTestId('verify-fetch').click();
    // The answer is to another request.
    await expect(other.getByTestId('verify-rejected')).toBeVisible();
    fetched.length = 0;
    await other.clock.setFixedTime(Date.now() + 660_000);
    // By then the wallet has locked itself.
    await unlock(other);
    await other.getByTestId('nav-verify').click();
    await other.getByTestId('verify-issuers').fill(trusted);
    await check(other, second.signed, two);
    await expect(other.getByTestId('verify-rejected')).toContainText('A newer status list has replaced the one behind the answer');
    await other.clock.setFixedTime(Date.now());
    await check(other, second.signed, two);
    await expect(other.getByTestId('verify-accepted')).toBeVisible();
    expect(fetched).toEqual([]);
  } finally {
    await context.close();
    await glimpse.stop();
  }
});
