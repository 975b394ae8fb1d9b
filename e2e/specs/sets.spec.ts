// Published sets: told of before anything is fetched, fetched by the button alone, checked, kept, and answered by.
import type { BrowserContext, Page } from '@playwright/test';
import { type Canary, freshText } from '../support/canary.ts';
import { expect, test } from '../support/fixtures.ts';
import type { Glimpse } from '../support/glimpse.ts';
import { leaksInResidue, leaksInStorage, leaksInTraffic } from '../support/leaks.ts';
import { shoot } from '../support/screenshots.ts';
import type { Traffic } from '../support/traffic.ts';
import { openVault, packedText, readRecords, secretsOf } from '../support/vault.ts';
import { makeRequest, openRequest, PASSPHRASE, present, withCard } from '../support/walk.ts';

const STUDENT = { Institution: 'University of Bologna', 'Date of birth': '1980-01-01' };
const YOUNG = { Institution: 'City Evening School', 'Date of birth': '2007-01-01' };
const NEITHER = { Institution: 'City Evening School', 'Date of birth': '1980-01-01' };

const file = (glimpse: Glimpse) => `${glimpse.origin('cinema')}/sets/universities`;

/** What was sent for the list, as it went over the wire. */
function fetches(traffic: Traffic, glimpse: Glimpse): string[] {
  const asked = traffic.sent.filter(({ witness, url }) => witness === 'proxy' && url === file(glimpse));
  return asked.map(({ bytes }) => bytes.toString('latin1'));
}

/** Opens a fresh request of the cinema, whose own page stays open beside the wallet. */
async function ask(page: Page, context: BrowserContext, glimpse: Glimpse): Promise<Page> {
  const cinema = await context.newPage();
  const { cross } = await makeRequest(cinema, glimpse, 'cinema');
  await openRequest(page, cross);
  return cinema;
}

/** The circuits of proofs that are kept, and the kinds of records with sets. */
async function keptProofs(page: Page): Promise<string[]> {
  return (await openVault(page, PASSPHRASE)).kept.map(({ circuit }) => circuit);
}
async function keptSets(page: Page): Promise<string[]> {
  const kinds = [...(await readRecords(page)).keys()].map((name) => name.split('-')[0] ?? '');
  return kinds.filter((kind) => kind === 'set' || kind === 'piece').sort();
}

/** The length of the newest answer that the cinema was sent. */
function answerLength(traffic: Traffic, glimpse: Glimpse): number {
  const at = `${glimpse.origin('cinema')}/openid4vp/response/`;
  const sent = traffic.sent.filter(({ witness, method, url }) => witness === 'proxy' && method === 'POST' && url.startsWith(at));
  const form = new URLSearchParams(sent.at(-1)?.bytes.toString().split('\n').at(-1));
  const [presentation] = JSON.parse(form.get('vp_token') ?? '{}').student ?? [];
  return Buffer.from(presentation ?? '', 'base64url').length;
}

test('student and young guest fetch the same list by the button alone, and their answers look alike', async ({
  browser,
  glimpse,
  traffic,
  proxy,
}) => {
  // Two wallets are made, and four answers.
  test.setTimeout(240_000);
  const lengths: number[] = [];
  for (const person of [STUDENT, YOUNG]) {
    const context = await browser.newContext({ proxy });
    traffic.watch(context);
    const page = await context.newPage();
    await withCard(page, glimpse, 'university', person);
    const before = fetches(traffic, glimpse).length;
    const cinema = await ask(page, context, glimpse);

    await expect(page.getByTestId('sets')).toContainText('Universities');
    await expect(page.getByTestId('set-size')).toContainText('73 values');
    await expect(page.getByTestId('set-publisher')).toContainText('Lantern Cinema, who asks');
    await expect(page.getByTestId('contact-url')).toHaveText(file(glimpse));
    await expect(page.getByTestId('sets-asked')).toContainText('Institution');
    await expect(page.getByTestId('sets-asked')).toContainText('you are under 26');
    await page.waitForTimeout(1_000);
    await shoot(page, 'wallet-sets');
    expect(fetches(traffic, glimpse).length).toBe(before);
    expect(await keptSets(page)).toEqual([]);

    await page.getByTestId('fetch-sets').click();
    await expect(page.getByTestId('consent-present')).toBeVisible({ timeout: 90_000 });
    expect(fetches(traffic, glimpse).length).toBe(before + 1);
    expect(await keptSets(page)).toEqual(['piece', 'set']);
    // The proof is there before the holder has agreed to show it.
    expect(await keptProofs(page)).toContain('set');
    await expect(page.getByTestId('proved').filter({ hasText: 'does not say which' })).toBeVisible();
    await present(page);
    await expect(page.getByTestId('result')).toBeVisible({ timeout: 90_000 });
    await expect(cinema.getByTestId('facts')).toContainText('published by Lantern Cinema, or under 26: proved');
    await expect(cinema.locator('body')).not.toContainText(person.Institution);
    lengths.push(answerLength(traffic, glimpse));

    // Once kept, it is not fetched again; it need not even be there.
    await context.route('**/sets/*', (route) => route.abort());
    await ask(page, context, glimpse);
    await present(page);
    await expect(page.getByTestId('result')).toBeVisible({ timeout: 90_000 });
    expect(fetches(traffic, glimpse).length).toBe(before + 1);
    lengths.push(answerLength(traffic, glimpse));
    await context.close();
  }
  expect(lengths[0]).toBeGreaterThan(1_000);
  expect(new Set(lengths).size).toBe(1);
  const requests = fetches(traffic, glimpse);
  expect(new Set(requests).size).toBe(1);
  expect(requests[0]).not.toMatch(/^(cookie|authorization|if-none-match|if-modified-since|referer|range):/im);
});

test('what is not the list is refused in plain words, and nothing is lost', async ({ page, context, glimpse, request }) => {
  await withCard(page, glimpse, 'university', STUDENT);
  await ask(page, context, glimpse);
  await expect(page.getByText('Nothing was sent or fetched yet')).toBeVisible();
  const whole = await (await request.get(file(glimpse))).body();
  const changed = (place: number) => {
    const bytes = Buffer.from(whole);
    bytes[bytes.length + place] = (bytes[bytes.length + place] ?? 0) ^ 1;
    return bytes;
  };
  const headers = { 'access-control-allow-origin': '*' };
  for (const [answer, words] of [
    [{ body: changed(-1), headers }, /elements are not those that were signed/],
    // The signature ends three bytes before the elements.
    [{ body: changed(-73 * 31 - 10), headers }, /signature does not fit/],
    [{ body: '<!doctype html>', headers }, /not a published set/i],
    [{ body: Buffer.alloc(10_000), headers }, /too large/],
    [{ status: 404, headers }, /could not be fetched: it answered with status 404/],
    [undefined, /Nobody answered at/],
  ] as const) {
    await context.route('**/sets/*', (route) => (answer ? route.fulfill(answer) : route.abort()));
    await page.getByTestId('fetch-sets').click();
    await expect(page.getByTestId('error')).toContainText(words);
    if (!answer) await shoot(page, 'wallet-sets-refused');
    expect(await keptSets(page)).toEqual([]);
    await page.getByTestId('again').click();
    await expect(page.getByTestId('fetch-sets')).toBeVisible();
    await expect(page.getByText('It was asked for, and is not here')).toBeVisible();
    await context.unroute('**/sets/*');
  }
  await page.getByTestId('fetch-sets').click();
  await expect(page.getByTestId('consent-present')).toBeVisible({ timeout: 90_000 });
});

test('the list is offered to one who cannot answer just the same, and only then it says so', async ({ page, context, glimpse }) => {
  await withCard(page, glimpse, 'university', NEITHER);
  await ask(page, context, glimpse);
  await page.getByTestId('fetch-sets').click();
  await expect(page.getByTestId('unmet')).toContainText('Your student card says otherwise', { timeout: 90_000 });
});

test('a fetch that is cancelled can be begun again; one that is declined never begins', async ({ page, context, glimpse, traffic }) => {
  await withCard(page, glimpse, 'university', STUDENT);
  await ask(page, context, glimpse);
  await context.route('**/sets/*', () => {});
  await page.getByTestId('fetch-sets').click();
  await expect(page.getByTestId('progress-stage')).toContainText('Fetching the whole list');
  // The courier itself would give up later than this.
  const ended = context.waitForEvent('requestfailed', { predicate: (request) => request.url() === file(glimpse), timeout: 10_000 });
  await page.getByTestId('progress-cancel').click();
  await expect(page.getByTestId('fetch-sets')).toBeVisible();
  await ended;
  await page.getByTestId('consent-refuse').click();
  await expect(page.getByTestId('refused')).toBeVisible();
  expect(fetches(traffic, glimpse)).toEqual([]);
});

test('nothing of the card is in what is sent for a list, or in storage', async ({ page, context, glimpse, traffic, spoken }) => {
  const institution = freshText(20);
  const canaries: Canary[] = [{ name: 'Institution', text: institution, field: packedText(institution) }];
  await withCard(page, glimpse, 'university', { ...YOUNG, Institution: institution });
  const start = traffic.mark();
  await ask(page, context, glimpse);
  await page.getByTestId('fetch-sets').click();
  await expect(page.getByTestId('consent-present')).toBeVisible({ timeout: 90_000 });
  canaries.push(...secretsOf(await openVault(page, PASSPHRASE)));
  expect(await leaksInStorage(page, canaries)).toEqual([]);
  await present(page);
  await expect(page.getByTestId('result')).toBeVisible({ timeout: 90_000 });
  expect(leaksInTraffic(traffic.since(start), canaries)).toEqual([]);
  expect(leaksInResidue(spoken, canaries)).toEqual([]);
});
