// Status lists: fetched whole and by a request that says nothing, checked, prepared in the background, told on the card.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, Request } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { Glimpse } from '../support/glimpse.ts';
import { openVault } from '../support/vault.ts';
import { accept, createVault, follow, makeOffer, makeRequest, openRequest, PASSPHRASE, present, reopen, revoke, withCard } from '../support/walk.ts';

/** How many status proofs the wallet keeps. */
async function statusProofs(page: Page): Promise<number> {
  const { kept } = await openVault(page, PASSPHRASE);
  return kept.filter(({ circuit }) => circuit === 'status').length;
}

/** Opens the first card. */
async function openCard(page: Page, glimpse: Glimpse): Promise<void> {
  await reopen(page, glimpse);
  await page.getByTestId('card-0').click();
}

test('the list is fetched whole, by a request that is the same for everybody, and the proof is made in the background', async ({
  page,
  glimpse,
  traffic,
}) => {
  const asked = () => traffic.sent.filter(({ witness, url }) => witness === 'proxy' && url.endsWith('/status-list'));
  await withCard(page, glimpse, 'registry', { 'Family name': 'Lindqvist' });
  await expect.poll(() => statusProofs(page)).toBe(1);
  await page.getByTestId('done').click();
  await page.getByTestId('card-0').click();
  await expect(page.getByTestId('card-status')).toContainText('Not revoked. The list was checked on');
  await expect(page.getByTestId('card-state')).toContainText('Ready');

  // Another card of the issuer, and another unlocking: the requests do not differ in a byte.
  await follow(page, await makeOffer(page, glimpse, 'registry', { 'Family name': 'Okonkwo' }));
  await accept(page);
  await expect.poll(() => statusProofs(page)).toBe(2);
  const sent = asked().map(({ bytes }) => bytes.toString('latin1'));
  expect(sent.length).toBeGreaterThan(1);
  expect(new Set(sent).size).toBe(1);
  expect(sent[0]).not.toMatch(/^(cookie|authorization|if-none-match|if-modified-since|referer|range):/im);
  expect(asked().every(({ method, url }) => method === 'GET' && url === `${glimpse.origin('registry')}/status-list`)).toBe(true);
});

test('a wallet asks no issuer of whom it holds no card, and none before it has one', async ({ page, glimpse, traffic }) => {
  await createVault(page, glimpse);
  await follow(page, await makeOffer(page, glimpse, 'university'));
  await accept(page);
  await expect.poll(() => statusProofs(page)).toBe(1);
  await reopen(page, glimpse);
  await expect(page.getByTestId('card-0')).toBeVisible();
  await expect.poll(() => traffic.sent.filter(({ url }) => url === `${glimpse.origin('university')}/status-list`).length).toBeGreaterThan(2);
  expect(traffic.sent.filter(({ url }) => url === `${glimpse.origin('registry')}/status-list`)).toEqual([]);
});

test('a card that its issuer has revoked says so, and says so no more when it is reinstated', async ({ page }) => {
  const glimpse = await Glimpse.start();
  try {
    await createVault(page, glimpse);
    const offer = await makeOffer(page, glimpse, 'registry');
    await follow(page, offer);
    await accept(page);
    await expect.poll(() => statusProofs(page)).toBe(1);
    await revoke(page, glimpse, 'registry', offer);
    await openCard(page, glimpse);
    await expect(page.getByTestId('card-state')).toContainText(/Revoked by .*Registry/);
    await expect(page.getByTestId('card-status')).toContainText('Revoked.');
    await page.getByTestId('nav-cards').click();
    await expect(page.getByTestId('card-0')).toContainText('Revoked');
    await revoke(page, glimpse, 'registry', offer, false);
    await openCard(page, glimpse);
    await expect(page.getByTestId('card-state')).toContainText('Ready');
  } finally {
    await glimpse.stop();
  }
});

test('no request makes the wallet fetch a list; the holder refreshes those of all issuers', async ({ page, context, traffic }) => {
  const glimpse = await Glimpse.start();
  try {
    const issuers = ['registry', 'university'] as const;
    const lists = issuers.map((issuer) => `${glimpse.origin(issuer)}/status-list`);
    const asked: string[] = [];
    await context.route('**/status-list', (route) => {
      asked.push(route.request().url());
      return route.abort();
    });
    await createVault(page, glimpse);
    for (const issuer of issuers) {
      await follow(page, await makeOffer(page, glimpse, issuer));
      await accept(page);
    }
    const { cross } = await makeRequest(page, glimpse, 'forum');

    // Unlocking asks for every list, in vain. That a request is opened then makes no difference.
    asked.length = 0;
    await openRequest(page, cross);
    await expect(page.getByTestId('unmet')).toContainText(/the status list of .* is not known yet/i);
    await page.waitForTimeout(1_000);
    expect(asked.sort()).toEqual(lists);

    await context.unroute('**/status-list');
    const refreshed = async () => {
      const before = traffic.sent.length;
      await page.getByTestId('refresh-lists').click();
      await expect(page.getByTestId('refresh-lists')).toHaveCount(0);
      await expect(page.getByTestId('consent-present').or(page.getByTestId('done'))).toBeVisible();
      return [...new Set(traffic.sent.slice(before).map(({ url }) => url))].filter((url) => url.endsWith('/status-list')).sort();
    };
    expect(await refreshed()).toEqual(lists);
    // To refresh lists is offered whether or not a card can answer, so that it does not tell which.
    await expect(page.getByTestId('consent-refresh')).toBeVisible();

    // Where the verifier refuses the answer, an old list may be why.
    await context.route('**/openid4vp/response/*', (route) =>
      route.fulfill({ status: 400, json: { error: 'invalid_request' }, headers: { 'access-control-allow-origin': '*' } }),
    );
    await present(page);
    await expect(page.getByTestId('error')).toContainText('did not accept the answer');
    expect(await refreshed()).toEqual(lists);
    await expect(page.getByTestId('error')).toContainText('did not accept the answer');
  } finally {
    await glimpse.stop();
  }
});

for (const agrees of [true, false]) {
  test(`an issuer whose list is slow does not see that the holder ${agrees ? 'agrees' : 'refuses'}`, async ({ page, context, glimpse }) => {
    await withCard(page, glimpse, 'registry');
    await expect.poll(() => statusProofs(page)).toBe(1);
    const { cross } = await makeRequest(page, glimpse, 'bar');
    let [asked, ended] = [0, 0];
    const isList = (request: Request) => request.url().endsWith('/status-list');
    context.on('request', (request) => (asked += Number(isList(request))));
    context.on('requestfailed', (request) => (ended += Number(isList(request))));
    await context.route('**/status-list', () => {});

    // Unlocking asks once; the answer does not come while the request is looked at and left.
    await openRequest(page, cross);
    await expect(page.getByTestId('consent-present')).toBeVisible();
    await (agrees ? present(page) : page.getByTestId('consent-refuse').click());
    await page.getByTestId('done').click({ timeout: 60_000 });
    await page.waitForTimeout(3_000);
    expect([asked, ended]).toEqual([1, 0]);
  });
}

test('refreshing all lists is offered whether or not the cards say what is asked', async ({ page, glimpse }) => {
  await createVault(page, glimpse);
  await follow(page, await makeOffer(page, glimpse, 'registry', { 'Family name': 'Lindqvist' }));
  await accept(page);
  await follow(page, await makeOffer(page, glimpse, 'university', { 'Family name': 'Okonkwo' }));
  await accept(page);
  await expect.poll(() => statusProofs(page)).toBe(2);
  // The lists are new, and yet they could be refreshed if the names did not differ.
  const { cross } = await makeRequest(page, glimpse, 'bank');
  await openRequest(page, cross);
  await expect(page.getByTestId('unmet')).toContainText('says otherwise');
  await expect(page.getByTestId('refresh-lists')).toBeVisible();
});

test('a list that goes back, or is another than everybody gets, is refused; the old one is kept', async ({ page, context, request }) => {
  const data = await mkdtemp(join(tmpdir(), 'glimpse-'));
  const twin = await mkdtemp(join(tmpdir(), 'glimpse-'));
  const glimpse = await Glimpse.start({ data });
  try {
    const list = async (from: Glimpse) => (await request.get(`${from.origin('registry')}/status-list`)).body();
    await createVault(page, glimpse);
    const offer = await makeOffer(page, glimpse, 'registry');
    await follow(page, offer);
    await accept(page);
    await expect.poll(() => statusProofs(page)).toBe(1);
    const first = await list(glimpse);
    await glimpse.kill();
    await cp(data, twin, { recursive: true });

    // The issuer's twin has the same keys, and signs another second list.
    const other = await Glimpse.start({ data: twin });
    await revoke(page, other, 'registry', offer);
    await revoke(page, other, 'registry', offer, false);
    const [third, beside] = [await list(other), other];
    await beside.stop();
    // The same list signed within the same second would be the same list.
    await page.waitForTimeout(1_100);
    const again = await Glimpse.start({ data, basePort: glimpse.basePort });
    await revoke(page, again, 'registry', offer);
    await revoke(page, again, 'registry', offer, false);
    const fetched = page.waitForResponse('**/status-list');
    await openCard(page, again);
    await fetched;
    await expect(page.getByTestId('card-state')).toContainText('Ready');
    for (const [body, words] of [
      [first, /older status list/],
      [third, /two different status lists as one/],
      [Buffer.from('<!doctype html>'), /damaged/],
    ] as const) {
      await context.route('**/status-list', (route) =>
        route.fulfill({ body, headers: { 'access-control-allow-origin': '*' } }),
      );
      await openCard(page, again);
      await expect(page.getByTestId('card-trouble')).toContainText(words);
      await expect(page.getByTestId('card-status')).toContainText('Not revoked.');
      await context.unroute('**/status-list');
    }
    // A right list ends the trouble.
    await openCard(page, again);
    await expect(page.getByTestId('card-state')).toContainText('Ready');
    await again.stop();
  } finally {
    await glimpse.stop();
    await rm(data, { recursive: true, force: true });
    await rm(twin, { recursive: true, force: true });
  }
});
