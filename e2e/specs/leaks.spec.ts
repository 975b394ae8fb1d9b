// Attributes and secrets never leave the wallet: every one is a canary, and everything sent or left behind is searched.
import type { Page } from '@playwright/test';
import { type Canary, freshText } from '../support/canary.ts';
import { expect, test } from '../support/fixtures.ts';
import { leaksInResidue, leaksInStorage, leaksInTraffic } from '../support/leaks.ts';
import { identitiesOf, openVault, packedText, secretsOf } from '../support/vault.ts';
import { accept, createVault, follow, makeOffer, makeRequest, openRequest, PASSPHRASE, present } from '../support/walk.ts';

/** Values for the registry's form, and the canaries that they are. */
function person(): { values: Record<string, string>; canaries: Canary[] } {
  const texts = { 'Family name': freshText(16), 'Given names': freshText(20), 'Licence number': freshText(18) };
  const address = freshText(40);
  const canaries: Canary[] = Object.entries(texts).map(([name, text]) => ({ name, text, field: packedText(text) }));
  canaries.push({ name: 'Address', text: address }, { name: 'passphrase', text: PASSPHRASE });
  return { values: { ...texts, Address: address }, canaries };
}

/** The circuits of the proofs that are kept. */
async function preparedAhead(page: Page): Promise<string[]> {
  const { kept } = await openVault(page, PASSPHRASE);
  return kept.map(({ circuit }) => circuit).sort();
}

test('no attribute and no secret leaves the wallet, or lies in its storage', async ({ page, glimpse, traffic, spoken }) => {
  const { values, canaries } = person();
  await createVault(page, glimpse);
  const link = await makeOffer(page, glimpse, 'registry', values);
  // What the issuer's own page sends to the issuer is the issuer's knowledge; the wallet's begins here.
  const start = traffic.mark();
  await follow(page, link);
  await accept(page);
  // What the background prepares is secret, too.
  await expect.poll(() => preparedAhead(page)).toEqual(['range', 'status']);

  const vault = await openVault(page, PASSPHRASE);
  expect(vault.credentials.map(({ attributes }) => attributes['family_name'])).toEqual([values['Family name']]);
  canaries.push(...secretsOf(vault));
  // The secrets are the wallet's own: the issuer knows its name for the holder.
  expect(leaksInTraffic(traffic.since(start), identitiesOf(vault))).not.toEqual([]);

  const issued = traffic.mark();
  const { same } = await makeRequest(page, glimpse, 'bar');
  await openRequest(page, same);
  await expect(page.getByTestId('consent-present')).toBeVisible();
  expect(await leaksInStorage(page, canaries)).toEqual([]);
  await present(page);
  await expect(page.getByTestId('result')).toBeVisible();

  expect(leaksInTraffic(traffic.since(start), canaries)).toEqual([]);
  expect(leaksInTraffic(traffic.since(issued), identitiesOf(vault))).toEqual([]);
  expect(leaksInResidue(spoken, [...canaries, ...identitiesOf(vault)])).toEqual([]);
});
