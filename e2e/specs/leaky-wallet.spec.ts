// A wallet that leaks on purpose fails the search for leaks, on every channel that we know of; and which channels the
// browser stops by itself is written down here, so that a policy that weakens is noticed.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { type Finding, freshText } from '../support/canary.ts';
import { expect, test } from '../support/fixtures.ts';
import { Glimpse } from '../support/glimpse.ts';
import { CHANNELS, type Fate, leakyWallet } from '../support/leaky-wallet.ts';
import { leaksInResidue, leaksInStorage, leaksInTraffic } from '../support/leaks.ts';
import { unlock, withCard } from '../support/walk.ts';

const names = (fate: Fate, leaves?: true) =>
  Object.keys(CHANNELS).filter((name) => CHANNELS[name]?.fate === fate && CHANNELS[name]?.leaves === leaves);

/** Opens the wallet's card, with leaks switched on. */
async function openCard(page: Page, glimpse: Glimpse, leaks: string[]): Promise<void> {
  // The leak before may still be taking the page away, which interrupts this.
  await expect(async () => void (await page.goto('about:blank'))).toPass();
  await page.goto(`${glimpse.origin('wallet')}/?leak=${leaks.join()}`);
  await unlock(page);
  await page.getByTestId('card-0').click();
}

const mentions = (findings: Finding[], channel: string) =>
  findings.some(({ where }) => new RegExp(`/take/${channel}([?# ]|$)`).test(where));

test('every leak of a leaky wallet is reported, and the policy stops what it should', async ({ page, traffic, spoken }) => {
  const foreign = createServer((request, response) => {
    request.resume();
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>foreign</title>');
  });
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  const sinks = { foreign: `http://localhost:${(foreign.address() as AddressInfo).port}`, udpPort: traffic.udpPort };
  const build = await leakyWallet(sinks);
  const glimpse = await Glimpse.start({ wallet: build.folder });
  try {
    const canaries = [{ name: 'family name', text: freshText(16) }];
    await withCard(page, glimpse, 'registry', { 'Family name': canaries[0]?.text ?? '' });
    const start = traffic.mark();
    const reported = () => leaksInTraffic(traffic.since(start), canaries);

    const silent = [...names('sent'), ...names('stopped'), ...names('kept')];
    await openCard(page, glimpse, silent);
    await expect(page.locator('html')).toHaveAttribute('data-leaked', silent.at(-1) ?? '');
    for (const name of names('sent')) {
      const seen = (findings: Finding[]) => {
        if (name === 'webrtc-of-a-frame') return findings.some(({ where }) => where.startsWith('udp'));
        return mentions(findings, name);
      };
      await expect.poll(() => seen(reported()), { message: name }).toBe(true);
    }
    const left = [...(await leaksInStorage(page, canaries)), ...leaksInResidue(spoken, canaries)];
    const places = ['localStorage a', 'cookie a', 'cache c', 'history', 'history.state', 'window.name', 'console.debug'];
    expect(places.filter((place) => !left.some(({ where }) => where.startsWith(place)))).toEqual([]);

    for (const name of names('sent', true)) {
      const mark = traffic.mark();
      await openCard(page, glimpse, [name]);
      await expect.poll(() => mentions(leaksInTraffic(traffic.since(mark), canaries), name), { message: name }).toBe(true);
    }

    // The browser's account names attempts as well; what the policy stopped never reached the wire.
    const arrived = reported().filter(({ where }) => !where.startsWith('browser'));
    expect(names('stopped').filter((name) => mentions(arrived, name))).toEqual([]);
  } finally {
    await glimpse.stop();
    await build.remove();
    foreign.close();
  }
});

test('the page itself has no WebRTC', async ({ page, glimpse }) => {
  await page.goto(glimpse.origin('wallet'));
  await expect(page.locator('#boot')).toHaveCount(0);
  expect(await page.evaluate(() => Object.getOwnPropertyNames(window).filter((name) => /^(webkit)?RTC(PeerConnection|DataChannel)$/.test(name)))).toEqual([]);
});
