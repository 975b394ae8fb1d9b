// Keeps the wallet's own program files, and the public files of its proving keys, for use without a
// network. Nothing else is stored here: no secret, no message, no personal data. The build fills in the digest and the list of files.
const CACHE = 'glimpse-shell-__GLIMPSE_BUILD__';
const FILES = ["__GLIMPSE_FILES__"];
const known = new Set(FILES);

/** Of the prover's two modules a browser uses one, which is kept when it has been used. */
const isModule = (path) => path.startsWith('/prover/glimpse_prover_wasm');
const withoutHash = (path) => path.replace(/-[0-9a-f]{16}(?=\.)/, '');

self.addEventListener('install', (event) => {
  const keep = async () => {
    const used = new Set(await kept());
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES.filter((path) => !isModule(path) || used.has(withoutHash(path))));
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    const old = (await shells()).filter((name) => name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

async function shells() {
  const names = await caches.keys();
  return names.filter((name) => name.startsWith('glimpse-shell-'));
}

/** Paths, without hashes, of what earlier builds have kept. */
async function kept() {
  const names = await shells();
  const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return requests.flat().map(({ url }) => withoutHash(new URL(url).pathname));
}

// The network first, so that a corrected wallet replaces a faulty one at once; the kept copy only
// when there is no network, or a server that has failed. Files that the build does not list go past
// untouched, but for the small public key files: with them the wallet knows what it has prepared.
self.addEventListener('fetch', (event) => {
  const { origin, pathname, search } = new URL(event.request.url);
  if (origin !== location.origin || event.request.method !== 'GET' || search) return;
  const isKeyFile = pathname === '/keys/manifest.json' || /^\/keys\/[\w.-]+\.vk$/.test(pathname);
  if (!isKeyFile && !known.has(pathname)) return;
  const answer = async () => {
    const cache = await caches.open(CACHE);
    const live = await fetch(event.request).catch(() => undefined);
    if (live && live.status < 500) {
      if ((isKeyFile || isModule(pathname)) && live.ok) await cache.put(pathname, live.clone()).catch(() => {});
      return live;
    }
    return (await cache.match(pathname)) ?? live ?? Response.error();
  };
  event.respondWith(answer());
});
