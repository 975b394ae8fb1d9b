// Pictures of every screen of the wallet, at phone and desktop width, light and dark, for people to look at:
// `npx playwright test --project=gallery` fills `target/screenshots/`.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { Glimpse } from '../support/glimpse.ts';
import { shoot } from '../support/screenshots.ts';
import { accept, follow, makeOffer, makeRequest, openRequest, PASSPHRASE, present, reopen, revoke, unlock } from '../support/walk.ts';

async function go(page: Page, testid: string, name: string): Promise<void> {
  await page.getByTestId(testid).click();
  await page.waitForTimeout(300);
  await shoot(page, name);
}

test('every screen of the wallet', async ({ page, context }) => {
  test.setTimeout(600_000);
  const glimpse = await Glimpse.start();
  const wallet = glimpse.origin('wallet');
  try {
    await page.goto(wallet);
    await page.getByTestId('create-passphrase').waitFor();
    await shoot(page, '01-welcome');
    await page.getByTestId('create-passphrase').fill('secret');
    await go(page, 'create-vault', '02-welcome-weak');
    await page.getByTestId('create-passphrase').fill(PASSPHRASE);
    await page.getByTestId('create-passphrase-again').fill(PASSPHRASE);
    await page.getByTestId('create-vault').click();
    await page.getByTestId('empty-state').waitFor({ timeout: 60_000 });
    await shoot(page, '03-empty');
    await go(page, 'nav-history', '04-history-empty');
    await go(page, 'nav-verify', '05-verify');
    await go(page, 'verify-check', '06-verify-problem');
    await page.getByTestId('nav-cards').click();
    await go(page, 'add-card', '07-add');
    await page.getByTestId('add-link').fill('https://example.org/');
    await go(page, 'add-continue', '08-add-problem');
    await page.goto(`${wallet}/#/nowhere`);
    await page.waitForTimeout(300);
    await shoot(page, '09-not-found');

    const offer = await makeOffer(page, glimpse, 'registry');
    await page.goto(offer);
    await page.getByTestId('unlock').waitFor();
    await shoot(page, '10-locked-waiting');
    await unlock(page, 'not the passphrase');
    await page.getByTestId('error').waitFor({ timeout: 60_000 });
    await shoot(page, '11-locked-wrong');
    await go(page, 'forgot', '12-forgot');
    await page.getByTestId('confirm-keep').click();
    await unlock(page);
    await page.getByTestId('contact-continue').waitFor({ timeout: 60_000 });
    await shoot(page, '13-offer-contact');
    await page.getByTestId('contact-continue').click();
    const next = page.getByTestId('offer-accept');
    await page.waitForTimeout(500);
    if (await page.getByTestId('contact-continue').isVisible()) await page.getByTestId('contact-continue').click();
    await next.waitFor();
    await shoot(page, '14-offer');
    await page.getByTestId('offer-contacts').click();
    await shoot(page, '15-offer-contacts');
    let keys = 0;
    await context.route('**/keys/*.pk', async (route) => {
      keys += 1;
      if (keys < 2) await route.continue();
    });
    await next.click();
    await expect(page.getByTestId('progress-stage')).toContainText("card's proof", { timeout: 60_000 });
    await shoot(page, '16-working');
    await go(page, 'progress-cancel', '17-cancelled');
    await page.getByTestId('done').click();
    await go(page, 'card-0', '18-card-unprepared');
    await context.unroute('**/keys/*.pk');
    await page.getByTestId('prepare').click();
    await expect(page.getByTestId('card-state')).toContainText('Ready', { timeout: 60_000 });
    await shoot(page, '19-card');
    await go(page, 'remove-card', '20-card-remove');
    await page.getByTestId('confirm-keep').click();

    await follow(page, await makeOffer(page, glimpse, 'university'));
    await accept(page);
    await shoot(page, '21-offer-done');
    await go(page, 'done', '22-home');

    const bar = await makeRequest(page, glimpse, 'bar');
    await follow(page, bar.same);
    await page.getByTestId('contact-continue').waitFor({ timeout: 60_000 });
    await shoot(page, '23-request-contact');
    await page.getByTestId('contact-continue').click();
    await page.getByTestId('consent-present').waitFor();
    await shoot(page, '24-consent-bar');
    await go(page, 'consent-refuse', '25-refused');
    const cross = await makeRequest(page, glimpse, 'bar');
    await openRequest(page, cross.cross);
    await present(page);
    await page.getByTestId('result').waitFor({ timeout: 60_000 });
    await shoot(page, '26-presented');
    const rental = await makeRequest(page, glimpse, 'rental');
    await openRequest(page, rental.cross);
    await page.getByTestId('consent-present').waitFor({ timeout: 60_000 });
    await shoot(page, '27-consent-rental');
    await present(page);
    await page.getByTestId('result').waitFor({ timeout: 60_000 });
    await shoot(page, '28-presented-rental');
    await openRequest(page, rental.cross);
    await page.getByTestId('error').waitFor({ timeout: 60_000 });
    await shoot(page, '29-answered-already');
    await go(page, 'done', '30-home-after');
    await go(page, 'nav-history', '31-history');
    await go(page, 'nav-settings', '32-settings');
    await page.getByTestId('diagnose').click();
    await expect(page.getByTestId('diagnosis')).not.toContainText('Working', { timeout: 60_000 });
    await page.getByTestId('diagnosis').scrollIntoViewIfNeeded();
    await shoot(page, '33-settings-diagnosis');
    await page.getByTestId('change-passphrase-open').click();
    await page.getByTestId('change-passphrase-open').scrollIntoViewIfNeeded();
    await shoot(page, '34-settings-passphrase');
    await go(page, 'wipe', '35-wipe');
    await page.getByTestId('confirm-keep').click();

    await context.route('**/status-list', (route) => route.fulfill({ body: '?', headers: { 'access-control-allow-origin': '*' } }));
    await reopen(page, glimpse);
    await expect(page.getByTestId('card-0').or(page.getByTestId('card-1')).first()).toContainText('In doubt');
    await shoot(page, '36-home-in-doubt');
    await go(page, 'card-0', '37-card-in-doubt');
    await context.unroute('**/status-list');
    const revoked = await makeOffer(page, glimpse, 'registry');
    await follow(page, revoked);
    await accept(page);
    await revoke(page, glimpse, 'registry', revoked);
    await reopen(page, glimpse);
    await expect(page.getByText('Revoked', { exact: true })).toBeVisible();
    await shoot(page, '38-home-revoked');
    await page.getByText('Revoked', { exact: true }).click();
    await page.getByTestId('card-state').waitFor();
    await shoot(page, '39-card-revoked');

    const cinema = await makeRequest(page, glimpse, 'cinema');
    await openRequest(page, cinema.cross);
    await page.getByTestId('fetch-sets').waitFor({ timeout: 60_000 });
    await shoot(page, '40-sets');
    await context.route('**/sets/*', (route) => route.fulfill({ body: '?', headers: { 'access-control-allow-origin': '*' } }));
    await go(page, 'fetch-sets', '41-sets-refused');
    await context.unroute('**/sets/*');
    await context.route('**/sets/*', () => {});
    await page.getByTestId('again').click();
    await go(page, 'fetch-sets', '42-sets-fetching');
    await context.unroute('**/sets/*');
    await page.getByTestId('progress-cancel').click();
    await page.getByTestId('fetch-sets').click();
    await page.getByTestId('consent-present').waitFor({ timeout: 60_000 });
    await shoot(page, '43-consent-cinema');

    const late = await makeRequest(page, glimpse, 'rental');
    await openRequest(page, late.cross);
    await page.getByTestId('consent-present').waitFor({ timeout: 60_000 });
    await glimpse.kill();
    await present(page);
    await page.getByTestId('error').waitFor({ timeout: 60_000 });
    await shoot(page, '44-undelivered');
  } finally {
    await glimpse.stop();
  }
});
