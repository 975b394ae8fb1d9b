// Keeps the wallet's own program files, and the public files of its proving keys, for use without a
// network. Nothing else is stored here: no secret, no message, no personal data. The build fills in the digest and the list of files.
const CACHE = 'glimpse-shell-__GLIMPSE_BUILD__';
const FILES = ["__GLIMPSE_FILES__"];
const known = new Set(FILES);

self.addEventListener('install', (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES);
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith('glimpse-shell-') && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

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
      if (isKeyFile && live.ok) await cache.put(pathname, live.clone()).catch(() => {});
      return live;
    }
    return (await cache.match(pathname)) ?? live ?? Response.error();
  };
  event.respondWith(answer());
});
