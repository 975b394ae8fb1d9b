// Pictures of the demo parties' pages and of the wallet's screens for what they ask, for people to look at.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { Glimpse } from '../support/glimpse.ts';
import { shoot } from '../support/screenshots.ts';
import { accept, createVault, follow, makeOffer, makeRequest, openRequest, present } from '../support/walk.ts';

/** Asks, shows the consent screen, answers, and shows what the verifier says then. */
async function walk(page: Page, glimpse: Glimpse, verifier: 'bar' | 'rental' | 'forum' | 'bank', name: string): Promise<void> {
  const { same } = await makeRequest(page, glimpse, verifier);
  await shoot(page, `${name}-asks`);
  await openRequest(page, same);
  await page.getByTestId('consent-present').waitFor({ timeout: 60_000 });
  await shoot(page, `${name}-consent`);
  await present(page);
  await page.getByTestId('result').waitFor({ timeout: 60_000 });
  await shoot(page, `${name}-result`);
}

test('every demo verifier', async ({ page }) => {
  test.setTimeout(600_000);
  const glimpse = await Glimpse.start();
  try {
    await createVault(page, glimpse);
    await page.goto(glimpse.origin('registry'));
    await shoot(page, 'demo-01-registry');
    const licence = await makeOffer(page, glimpse, 'registry');
    await shoot(page, 'demo-02-registry-offer');
    const clerk = await page.context().newPage();
    const mine = await makeOffer(clerk, glimpse, 'university');
    await follow(page, licence);
    await accept(page);
    const early = await makeRequest(page, glimpse, 'bank');
    await openRequest(page, early.same);
    await page.getByTestId('unmet').waitFor();
    await shoot(page, 'demo-03-bank-missing');
    await follow(page, mine);
    await accept(page);
    await expect(clerk.getByTestId('revoke')).toBeVisible();
    await shoot(clerk, 'demo-04-university-issued');
    await walk(page, glimpse, 'bar', 'demo-10-bar');
    await walk(page, glimpse, 'rental', 'demo-11-rental');
    await walk(page, glimpse, 'forum', 'demo-12-forum');
    await walk(page, glimpse, 'forum', 'demo-13-forum-again');
    await walk(page, glimpse, 'bank', 'demo-14-bank');
    await page.getByText('Try to cheat with this answer').click();
    await page.getByTestId('replay').click();
    await page.getByTestId('refused').waitFor();
    await shoot(page, 'demo-15-bank-replay');

    const asked = await makeRequest(page, glimpse, 'bank');
    await page.goto(`${glimpse.origin('wallet')}/#/verify`);
    await clerk.getByTestId('revoke').click();
    await expect(clerk.getByTestId('offer-status')).toContainText('Revoked');
    await shoot(clerk, 'demo-20-university-revoked');
    await openRequest(page, asked.same);
    await page.getByTestId('unmet').waitFor();
    await shoot(page, 'demo-21-bank-revoked');
    await follow(page, await makeOffer(page, glimpse, 'university', { 'Family name': 'Haddad' }));
    await accept(page);
    const differs = await makeRequest(page, glimpse, 'bank');
    await openRequest(page, differs.same);
    await page.getByTestId('unmet').waitFor();
    await shoot(page, 'demo-22-bank-names-differ');
  } finally {
    await glimpse.stop();
  }
});
