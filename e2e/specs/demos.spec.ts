// The forum and the bank, as people use them: one account a person, two cards of one name, and who is turned away.
import type { Browser, Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { Glimpse } from '../support/glimpse.ts';
import { accept, createVault, follow, makeOffer, makeRequest, openRequest, present, reopen, revoke, withCard } from '../support/walk.ts';

type Issuer = 'registry' | 'university';

/** Gets another card into the wallet of this page. */
async function addCard(page: Page, glimpse: Glimpse, issuer: Issuer, values: Record<string, string> = {}): Promise<void> {
  await follow(page, await makeOffer(page, glimpse, issuer, values));
  await accept(page);
}

/** Signs up or in at the forum; what its page says then. */
async function visitForum(page: Page, glimpse: Glimpse): Promise<{ title: string; account: string }> {
  const { same } = await makeRequest(page, glimpse, 'forum');
  await openRequest(page, same);
  await present(page);
  await expect(page.getByTestId('result')).toBeVisible({ timeout: 60_000 });
  return { title: await page.getByTestId('result-title').innerText(), account: await page.getByTestId('account').innerText() };
}

/** Somebody else's browser. */
async function withStranger<T>(browser: Browser, use: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext();
  try {
    return await use(await context.newPage());
  } finally {
    await context.close();
  }
}

test('one person has one account at the forum, with any card; another person has another', async ({ page, browser, glimpse }) => {
  await withCard(page, glimpse, 'registry', { 'Family name': 'Lindqvist' });
  const { same } = await makeRequest(page, glimpse, 'forum');
  await openRequest(page, same);
  // What the holder reads before agreeing.
  const card = page.getByTestId('presented-card');
  await expect(card).toContainText('One of 2 issuers, not saying which');
  await expect(card).toContainText('as one of 2 kinds, not saying which');
  await expect(page.getByTestId('disclosed')).toHaveCount(1);
  await expect(page.getByTestId('disclosed')).toContainText('Pseudonym for “agora-accounts”');
  await expect(page.getByTestId('proved').filter({ hasText: 'Not revoked' })).toBeVisible();
  await expect(page.getByTestId('linkable')).toContainText('The same site will recognise you next time; other sites cannot');
  await present(page);
  await expect(page.getByTestId('result-title')).toHaveText('Welcome to Agora', { timeout: 60_000 });
  const account = await page.getByTestId('account').innerText();
  expect(account).toMatch(/citizen-[0-9a-f-]+/);
  await expect(page.getByTestId('result-issuer')).toContainText('one of Motor Registry, City University');
  await expect(page.locator('body')).not.toContainText('Lindqvist');

  // Again, and with the other kind of card: no second account.
  expect(await visitForum(page, glimpse)).toEqual({ title: 'Welcome back', account });
  await addCard(page, glimpse, 'university', { 'Family name': 'Lindqvist' });
  const again = await makeRequest(page, glimpse, 'forum');
  await openRequest(page, again.same);
  const student = page.locator('label').filter({ hasText: 'Student card' }).getByRole('radio');
  await student.check();
  await expect(page.getByTestId('presented-card')).toContainText('Student card');
  await present(page);
  await expect(page.getByTestId('result-title')).toHaveText('Welcome back', { timeout: 60_000 });
  await expect(page.getByTestId('account')).toHaveText(account);

  // The same words on a card of another person's wallet.
  const stranger = await withStranger(browser, async (other) => {
    await withCard(other, glimpse, 'registry', { 'Family name': 'Lindqvist' });
    return visitForum(other, glimpse);
  });
  expect(stranger.title).toBe('Welcome to Agora');
  expect(stranger.account).not.toBe(account);
});

test('the forum takes no revoked card, and the holder is told before anything is sent', async ({ page, traffic }) => {
  const glimpse = await Glimpse.start();
  try {
    await createVault(page, glimpse);
    const offer = await makeOffer(page, glimpse, 'registry');
    await follow(page, offer);
    await accept(page);
    const { account } = await visitForum(page, glimpse);
    await revoke(page, glimpse, 'registry', offer);
    const { same } = await makeRequest(page, glimpse, 'forum');
    await openRequest(page, same);
    await expect(page.getByTestId('unmet-why')).toContainText('Motor Registry has revoked your driving licence');
    const mark = traffic.mark();
    await page.getByTestId('consent-refuse').click();
    await expect(page.getByTestId('refused')).toBeVisible();
    expect(traffic.since(mark, (origin) => origin !== glimpse.origin('wallet'))).toEqual([]);

    // Another card of the same person brings the account back.
    await addCard(page, glimpse, 'university');
    expect(await visitForum(page, glimpse)).toEqual({ title: 'Welcome back', account });
  } finally {
    await glimpse.stop();
  }
});

test('the bank connects two cards of one name, and learns neither name nor address', async ({ page, glimpse, traffic }) => {
  await withCard(page, glimpse, 'registry', { 'Family name': 'Zetterqvist', 'Postal code': '2299' });
  await addCard(page, glimpse, 'university', { 'Family name': 'Zetterqvist' });
  const { same } = await makeRequest(page, glimpse, 'bank');
  await openRequest(page, same);
  const cards = page.getByTestId('presented-card');
  await expect(cards).toHaveCount(2);
  await expect(cards.nth(0).getByTestId('proved').filter({ hasText: 'Postal code: begins with “22”' })).toBeVisible();
  await expect(cards.nth(1).getByTestId('proved').filter({ hasText: 'Family name: the same as Family name of your “Driving licence”' })).toBeVisible();
  await expect(page.getByTestId('proved').filter({ hasText: 'Not revoked by its issuer' })).toHaveCount(2);
  await expect(page.getByTestId('linkable')).toHaveCount(0);
  const mark = traffic.mark();
  await present(page);
  await expect(page.getByTestId('result-title')).toHaveText('The account is yours', { timeout: 60_000 });
  await expect(page.getByTestId('facts')).toContainText('Postal code: begins with “22”');
  await expect(page.getByTestId('facts')).toContainText('Family name: the same as Family name of the “Driving licence”');
  await expect(page.getByTestId('unknown')).toContainText('Licence: Address');
  await expect(page.locator('body')).not.toContainText('Zetterqvist');
  const sent = traffic.sent.slice(mark).map(({ bytes }) => bytes.toString('latin1'));
  expect(sent.some((bytes) => bytes.includes('Zetterqvist') || bytes.includes('2299'))).toBe(false);
});

test('the bank is told nothing where names differ or the address is elsewhere; the holder is told what', async ({ page, glimpse, traffic }) => {
  await withCard(page, glimpse, 'registry', { 'Family name': 'Okonkwo', 'Postal code': '2214' });
  await addCard(page, glimpse, 'university', { 'Family name': 'Lindqvist' });
  const { same } = await makeRequest(page, glimpse, 'bank');
  await openRequest(page, same);
  const unmet = page.getByTestId('unmet');
  await expect(unmet).toContainText('Family name: the same as Family name of your “Driving licence”');
  await expect(unmet).not.toContainText('Postal code');
  await expect(page.getByTestId('consent-present')).toHaveCount(0);
  const mark = traffic.mark();
  await page.getByTestId('consent-refuse').click();
  await expect(page.getByTestId('refused')).toBeVisible();
  expect(traffic.since(mark, (origin) => origin !== glimpse.origin('wallet'))).toEqual([]);

  // A licence of the right name from elsewhere does not help.
  await addCard(page, glimpse, 'registry', { 'Family name': 'Lindqvist', 'Postal code': '3350' });
  await openRequest(page, same);
  await expect(unmet).toContainText('Family name: the same as Family name of your “Driving licence”');

  // With one from nearby the wallet finds the two that belong together; whichever the holder takes, the other follows.
  await addCard(page, glimpse, 'registry', { 'Family name': 'Lindqvist', 'Postal code': '2210' });
  await addCard(page, glimpse, 'university', { 'Family name': 'Okonkwo' });
  await openRequest(page, same);
  await expect(page.getByTestId('consent-present')).toBeVisible();
  const chosen = (query: number) => page.locator(`input[name=choice-${query}]:checked`).getAttribute('data-testid');
  const [before, student] = [await chosen(0), await chosen(1)];
  const other = student?.endsWith('0') ? 'choice-1-1' : 'choice-1-0';
  await page.getByTestId(other).check();
  await expect.poll(() => chosen(0)).not.toBe(before);
  await present(page);
  await expect(page.getByTestId('result-title')).toHaveText('The account is yours', { timeout: 60_000 });
});

test('without a second card the bank cannot be answered, and the wallet says which is missing', async ({ page, glimpse }) => {
  await withCard(page, glimpse);
  const { same } = await makeRequest(page, glimpse, 'bank');
  await openRequest(page, same);
  await expect(page.getByTestId('unmet-why')).toHaveCount(1);
  await expect(page.getByTestId('unmet')).toContainText('You have no card of this kind');
  await reopen(page, glimpse);
  await expect(page.getByTestId('card-0')).toBeVisible();
});
