// The probe is itself tested: it reports a blocked page, and says nothing about work in small pieces.
import { expect, test } from '../support/fixtures.ts';

const block = (milliseconds: number) => `{ const end = performance.now() + ${milliseconds}; while (performance.now() < end); }`;

test('a blocked main thread is reported', async ({ page, responsiveness }) => {
  await page.goto('data:text/html,<title>x</title>');
  const tasks = await responsiveness.during(() =>
    page.evaluate(`new Promise((done) => setTimeout(() => { ${block(300)}; setTimeout(done); }))`),
  );
  expect(Math.max(0, ...tasks)).toBeGreaterThanOrEqual(250);
});

test('a page that waits is not', async ({ page, responsiveness }) => {
  await page.goto('data:text/html,<title>x</title>');
  const tasks = await responsiveness.during(() => page.evaluate('new Promise((done) => setTimeout(done, 100))'));
  expect(tasks.filter((duration) => duration >= 250)).toEqual([]);
});
