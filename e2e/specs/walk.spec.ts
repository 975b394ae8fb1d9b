// The whole walk in a real browser: a licence from the registry, the bar's door, the car rental, and every refusal.
import { expect, test } from '../support/fixtures.ts';
import { Glimpse } from '../support/glimpse.ts';
import { shoot } from '../support/screenshots.ts';
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

test('licence, bar, rental; replay and tampering are refused', async ({ page, glimpse }) => {
  await createVault(page, glimpse);
  await shoot(page, 'wallet-empty');
  await follow(page, await makeOffer(page, glimpse, 'registry', { 'Family name': 'Lindqvist' }));
  await accept(page);
  await shoot(page, 'wallet-offer-done');

  const bar = await makeRequest(page, glimpse, 'bar');
  await shoot(page, 'bar-request');
  await openRequest(page, bar.same);
  await expect(page.getByTestId('consent-present')).toBeVisible();
  await expect(page.getByTestId('shown-nothing')).toBeVisible();
  await expect(page.getByTestId('proved').filter({ hasText: /18 or older/ })).toBeVisible();
  await expect(page.getByTestId('presented-card')).not.toContainText('Lindqvist');
  await shoot(page, 'wallet-consent-bar');
  await present(page);
  // The wallet brings the answer back to the verifier's page by itself.
  await expect(page.getByTestId('result')).toBeVisible();
  await expect(page.getByTestId('facts')).toContainText(/over 18: proved/i);
  await expect(page.getByTestId('unknown')).toContainText(/name/i);
  await expect(page.locator('body')).not.toContainText('Lindqvist');
  await shoot(page, 'bar-result');

  await page.getByText('Try to cheat with this answer').click();
  await page.getByTestId('replay').click();
  await expect(page.getByTestId('refused-rule')).toContainText(/replay/i);
  await page.getByTestId('tamper').click();
  await expect(page.getByTestId('refused-rule')).not.toContainText(/replay/i);
  await expect(page.getByTestId('refused-reason')).not.toBeEmpty();
  await shoot(page, 'bar-refused');

  const rental = await makeRequest(page, glimpse, 'rental');
  await openRequest(page, rental.same);
  await expect(page.getByTestId('disclosed').filter({ hasText: 'Lindqvist' })).toBeVisible();
  await expect(page.getByTestId('proved').filter({ hasText: /21/ }).first()).toBeVisible();
  await shoot(page, 'wallet-consent-rental');
  await present(page);
  await expect(page.getByTestId('result')).toBeVisible();
  await expect(page.getByTestId('disclosed')).toContainText('Lindqvist');
  await expect(page.getByTestId('unknown')).toContainText(/birth/i);
  await shoot(page, 'rental-result');
});

test("across devices the answer reaches the verifier's page live, through the courier", async ({ page, context, glimpse }) => {
  await withCard(page, glimpse);
  const bar = await context.newPage();
  const { cross } = await makeRequest(bar, glimpse, 'bar');
  await openRequest(page, cross);
  await expect(bar.getByTestId('step-opened')).toHaveClass(/done/);
  await present(page);
  await expect(page.getByTestId('result')).toBeVisible();
  await expect(bar.getByTestId('facts')).toContainText(/over 18: proved/i);
});

test("the bar's presentation is worth nothing at the rental", async ({ page, glimpse, request }) => {
  await withCard(page, glimpse);
  const { same } = await makeRequest(page, glimpse, 'bar');
  await openRequest(page, same);
  // An empty page stands in for the bar's, so that the presentation is still unspent.
  const bar = glimpse.origin('bar');
  await page.route(`${bar}/result*`, (route) => route.fulfill({ contentType: 'text/html', body: '<title>caught</title>' }));
  await present(page);
  await page.waitForURL(`${bar}/result*`);
  const token = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('vp_token') ?? '';
  expect(token).not.toBe('');

  const rental = glimpse.origin('rental');
  const session = await (await request.post(`${rental}/api/sessions`, { data: {} })).json();
  const refused = await request.post(`${rental}/api/response`, {
    data: { session: session.id, state: session.request.state, vp_token: token },
  });
  expect(refused.ok()).toBe(false);
  expect((await refused.json()).error_description).toMatch(/\w+/);
});

test('a request that has expired is refused by the wallet', async ({ page }) => {
  const glimpse = await Glimpse.start({ arguments: ['--request-ttl', '2'] });
  try {
    await withCard(page, glimpse);
    const { same } = await makeRequest(page, glimpse, 'bar');
    await page.waitForTimeout(3_000);
    await openRequest(page, same);
    await expect(page.getByTestId('error')).toContainText(/expired|no longer/i);
  } finally {
    await glimpse.stop();
  }
});

test('a holder without the right card is told so, and nothing is sent', async ({ page, glimpse, traffic }) => {
  await withCard(page, glimpse, 'university');
  const { same } = await makeRequest(page, glimpse, 'bar');
  await openRequest(page, same);
  await expect(page.getByTestId('unmet-why').first()).not.toBeEmpty();
  await shoot(page, 'wallet-unmet');
  const mark = traffic.mark();
  await page.waitForTimeout(500);
  expect(traffic.since(mark, (origin) => origin !== glimpse.origin('wallet'))).toEqual([]);
});

test('a wrong passphrase opens nothing and loses nothing', async ({ page, glimpse }) => {
  await withCard(page, glimpse);
  await page.goto(`${glimpse.origin('wallet')}/`);
  await page.reload();
  await unlock(page, `${PASSPHRASE}!`);
  await expect(page.getByTestId('error')).toContainText(/passphrase/i);
  await unlock(page);
  await expect(page.getByTestId('card-0')).toBeVisible();
});

test.describe('while it proves', () => {
  // A busy machine can delay any page once; a page that proves on its own thread blocks every time.
  test.describe.configure({ retries: 2 });

  test('the page stays responsive', async ({ page, glimpse, responsiveness }) => {
    await createVault(page, glimpse);
    await follow(page, await makeOffer(page, glimpse, 'registry'));
    const tasks = await responsiveness.during(() => accept(page));
    expect(tasks).toEqual([]);
  });
});
