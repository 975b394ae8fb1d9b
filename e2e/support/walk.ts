// The steps of a person with a wallet, on the wallet's and the parties' pages, as specs combine them.
import { expect, type Page } from '@playwright/test';
import type { Glimpse, Party } from './glimpse.ts';

export const PASSPHRASE = 'quiet harbour violet lantern';

/** Proving runs in a worker of a busy machine. */
const PROVING = { timeout: 90_000 };

/** Opens the wallet for the first time and makes a vault. */
export async function createVault(page: Page, glimpse: Glimpse, passphrase = PASSPHRASE): Promise<void> {
  await page.goto(`${glimpse.origin('wallet')}/`);
  await page.getByTestId('create-passphrase').fill(passphrase);
  await page.getByTestId('create-passphrase-again').fill(passphrase);
  await page.getByTestId('create-vault').click();
  await expect(page.getByTestId('empty-state')).toBeVisible(PROVING);
}

/** Unlocks the wallet where the page asks for it. */
export async function unlock(page: Page, passphrase = PASSPHRASE): Promise<void> {
  await page.getByTestId('unlock-passphrase').fill(passphrase);
  await page.getByTestId('unlock').click();
}

/** Fills an issuer's form and returns the link of the offer. Keys of `values` are labels. */
export async function makeOffer(
  page: Page,
  glimpse: Glimpse,
  issuer: Extract<Party, 'registry' | 'university'>,
  values: Record<string, string> = {},
): Promise<string> {
  await page.goto(`${glimpse.origin(issuer)}/`);
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByTestId('create-offer').click();
  await expect(page.getByTestId('offer')).toBeVisible();
  return (await page.getByTestId('offer-link').getAttribute('href')) ?? '';
}

/** Follows a link into the wallet; the page is a fresh one, so the wallet asks for its passphrase. */
export async function follow(page: Page, link: string): Promise<void> {
  // From the wallet itself the link would change the fragment alone, and load nothing anew.
  await page.goto('about:blank');
  await page.goto(link);
  await unlock(page);
}

/** Agrees to an offer on screen, until the card is in the wallet and its proof is prepared. */
export async function accept(page: Page): Promise<void> {
  const next = page.getByTestId('contact-continue').or(page.getByTestId('offer-accept'));
  await expect(next).toBeVisible();
  while (await page.getByTestId('contact-continue').isVisible()) {
    await page.getByTestId('contact-continue').click();
    await page.waitForTimeout(300);
    await expect(next).toBeVisible();
  }
  await page.getByTestId('offer-accept').click();
  await expect(page.getByTestId('offer-done')).toBeVisible(PROVING);
}

/** A vault with one card of `issuer`. */
export async function withCard(
  page: Page,
  glimpse: Glimpse,
  issuer: Extract<Party, 'registry' | 'university'> = 'registry',
  values: Record<string, string> = {},
): Promise<void> {
  await createVault(page, glimpse);
  const link = await makeOffer(page, glimpse, issuer, values);
  await follow(page, link);
  await accept(page);
}

/** A fresh request of a verifier: `same` comes back through the browser, `cross` is what the QR code says. */
export async function makeRequest(
  page: Page,
  glimpse: Glimpse,
  verifier: Exclude<Party, 'wallet' | 'registry' | 'university'>,
): Promise<{ same: string; cross: string }> {
  await page.goto(`${glimpse.origin(verifier)}/`);
  await expect(page.getByTestId('request')).toBeVisible();
  const href = async (name: string) => (await page.getByTestId(name).getAttribute('href')) ?? '';
  return { same: await href('request-link'), cross: await href('request-link-post') };
}

/** Opens a request in the wallet, up to the consent screen. */
export async function openRequest(page: Page, link: string): Promise<void> {
  await follow(page, link);
  await page.getByTestId('contact-continue').click();
}

/** Consents on screen. */
export async function present(page: Page): Promise<void> {
  await page.getByTestId('consent-present').click(PROVING);
}

/** Opens the wallet anew and unlocks it. */
export async function reopen(page: Page, glimpse: Glimpse): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${glimpse.origin('wallet')}/`);
  await unlock(page);
}

/** Revokes the credential that was issued for an offer, or reinstates it, as its issuer's clerk would. */
export async function revoke(
  page: Page,
  glimpse: Glimpse,
  issuer: Extract<Party, 'registry' | 'university'>,
  offer: string,
  revoked = true,
): Promise<void> {
  const id = /openid4vci(?:%2F|\/)offer(?:%2F|\/)([\w-]+)/i.exec(offer)?.[1];
  const answer = await page.request.post(`${glimpse.origin(issuer)}/api/offers/${id}/revocation`, { data: { revoked } });
  expect(await answer.text()).toContain('"revoked"');
}
