// Everything that a page leaves behind in the browser: storage, caches, history, cookies.
import type { BrowserContext, Page } from '@playwright/test';

export interface Residue {
  /** For example `IndexedDB wallet/records`. */
  where: string;
  bytes: Buffer;
}

/** Reads what the origin of this page keeps, and the page's history. */
export async function residue(page: Page): Promise<Residue[]> {
  const kept = await page.evaluate(readStorage);
  const found = kept.map(({ where, base64 }) => ({ where, bytes: Buffer.from(base64, 'base64') }));
  const session = await page.context().newCDPSession(page);
  const { entries } = await session.send('Page.getNavigationHistory');
  await session.detach();
  for (const entry of entries) {
    found.push({ where: 'history', bytes: Buffer.from(`${entry.url}\n${entry.userTypedURL}\n${entry.title}`) });
  }
  for (const cookie of await page.context().cookies()) {
    found.push({ where: `cookie ${cookie.name}`, bytes: Buffer.from(`${cookie.name}=${cookie.value}`) });
  }
  return found;
}

/** Collects console messages and page errors of all pages and workers of a context, from now on. */
export function watchConsole(context: BrowserContext): Residue[] {
  const messages: Residue[] = [];
  context.on('console', (message) => {
    const where = `console.${message.type()}`;
    messages.push({ where, bytes: Buffer.from(message.text()) });
    for (const argument of message.args()) {
      argument
        .jsonValue()
        .then((value: unknown) => messages.push({ where, bytes: Buffer.from(JSON.stringify(value) ?? '') }))
        .catch(() => undefined);
    }
  });
  context.on('weberror', (error) => {
    messages.push({ where: 'uncaught error', bytes: Buffer.from(`${error.error().message}\n${error.error().stack ?? ''}`) });
  });
  return messages;
}

/** Runs in the page. Everything it finds is turned into bytes there, since storage holds more than JSON. */
async function readStorage(): Promise<{ where: string; base64: string }[]> {
  const found: { where: string; base64: string }[] = [];
  const encode = new TextEncoder();
  const add = (where: string, bytes: Uint8Array) => {
    let binary = '';
    for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    found.push({ where, base64: btoa(binary) });
  };
  const walk = async (where: string, value: unknown): Promise<void> => {
    if (value instanceof Blob) add(where, new Uint8Array(await value.arrayBuffer()));
    else if (value instanceof ArrayBuffer) add(where, new Uint8Array(value));
    else if (ArrayBuffer.isView(value)) add(where, new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    else if (value instanceof Map || value instanceof Set || Array.isArray(value)) {
      // Arrays of small numbers are bytes in disguise.
      if (Array.isArray(value) && value.length > 7 && value.every((item) => Number.isInteger(item) && item >= 0 && item < 256)) {
        add(where, Uint8Array.from(value as number[]));
      }
      for (const item of value as Iterable<unknown>) await walk(where, item);
    } else if (value instanceof CryptoKey) add(where, encode.encode(`CryptoKey ${value.algorithm.name} extractable=${value.extractable}`));
    else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        add(where, encode.encode(key));
        await walk(where, item);
      }
    } else add(where, encode.encode(String(value)));
  };
  for (const [name, storage] of [['localStorage', localStorage], ['sessionStorage', sessionStorage]] as const) {
    for (let index = 0; index < storage.length; index += 1) {
      const key = storage.key(index) ?? '';
      add(`${name} ${key}`, encode.encode(`${key}=${storage.getItem(key)}`));
    }
  }
  add('window.name', encode.encode(window.name));
  add('history.state', encode.encode(JSON.stringify(history.state) ?? ''));
  const done = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name ?? ''));
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([done(objects.getAllKeys()), done(objects.getAll() as IDBRequest<unknown[]>)]);
      await walk(`IndexedDB ${name}/${store} keys`, keys);
      await walk(`IndexedDB ${name}/${store}`, values);
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      add(`cache ${name} ${request.url}`, encode.encode(request.url));
      if (response) add(`cache ${name} ${request.url}`, new Uint8Array(await response.arrayBuffer()));
    }
  }
  return found;
}
