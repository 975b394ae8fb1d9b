// How the wallet's files are served: policy, types, compression and caching, for every file of the build.
import { readdirSync, readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join, relative } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { expect, test } from '../support/fixtures.ts';
import { WALLET_FILES } from '../support/place.ts';

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** A request as plain as it can be: nothing decodes or caches the answer. */
function ask(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) }));
    }).on('error', reject);
  });
}

function built(): string[] {
  return readdirSync(WALLET_FILES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.br'))
    .map((entry) => relative(WALLET_FILES, join(entry.parentPath, entry.name)));
}

const TYPES: Record<string, string> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  wasm: 'application/wasm',
  svg: 'image/svg+xml',
  webmanifest: 'application/manifest+json',
};

test('every file is served whole, typed, compressed and cached by its name', async ({ glimpse }) => {
  const files = built();
  expect(files).toEqual(expect.arrayContaining(['index.html', 'prover/worker.js', 'courier.html', 'sw.js']));
  for (const file of files) {
    const url = `${glimpse.origin('wallet')}/${file}`;
    const content = readFileSync(join(WALLET_FILES, file));
    const plain = await ask(url);
    expect(plain.status, file).toBe(200);
    expect(plain.headers['content-encoding'], file).toBeUndefined();
    expect(plain.body.equals(content), file).toBe(true);
    expect(plain.headers['x-content-type-options'], file).toBe('nosniff');
    const type = TYPES[file.split('.').pop() ?? ''];
    if (type) expect(plain.headers['content-type'], file).toContain(type);

    const hashed = /-[0-9a-f]{16}\./.test(file);
    expect(plain.headers['cache-control'], file).toBe(hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    const tag = plain.headers.etag ?? '';
    expect(tag, file).toMatch(/^"/);
    expect((await ask(url, { 'if-none-match': tag })).status, file).toBe(304);

    const small = await ask(url, { 'accept-encoding': 'br' });
    if (small.headers['content-encoding'] === 'br') {
      expect(brotliDecompressSync(small.body).equals(content), file).toBe(true);
      expect(small.headers.vary?.toLowerCase(), file).toContain('accept-encoding');
      expect(small.headers.etag, file).not.toBe(tag);
    } else {
      // Only what does not shrink may go uncompressed.
      expect(content.length < 512 || /\.(png|ico|woff2)$/.test(file), file).toBe(true);
    }
  }
});

test('the page may run its own scripts and modules, and reach its own origin, and nothing else', async ({ glimpse }) => {
  const { headers } = await ask(`${glimpse.origin('wallet')}/`);
  const policy = new Map(
    String(headers['content-security-policy'] ?? '').split(';').map((part) => {
      const [name = '', ...values] = part.trim().split(/\s+/);
      return [name, values.join(' ')] as const;
    }),
  );
  expect(policy.get('default-src')).toBe("'none'");
  expect(policy.get('connect-src')).toBe("'self'");
  expect(policy.get('script-src')).toBe("'self' 'wasm-unsafe-eval'");
  expect(policy.get('worker-src')).toBe("'self'");
  expect(policy.get('style-src')).toBe("'self'");
  expect(policy.get('base-uri')).toBe("'none'");
  expect(policy.get('form-action')).toBe("'none'");
  expect(policy.get('frame-ancestors')).toBe("'none'");
  expect(policy.get('require-trusted-types-for')).toBe("'script'");
});

test('what is not a file of the build is not found', async ({ glimpse }) => {
  for (const path of ['/nothing', '/index.html.br', '/../Cargo.toml', '/%2e%2e/Cargo.toml', '/prover/']) {
    expect((await ask(`${glimpse.origin('wallet')}${path}`)).status, path).toBe(404);
  }
});

test('the page starts under its own policy without a word of complaint', async ({ page, glimpse, spoken, traffic }) => {
  await page.goto(glimpse.origin('wallet'));
  await expect(page.locator('#boot')).toHaveCount(0);
  expect(spoken.filter(({ where }) => where !== 'console.log').map(({ bytes }) => bytes.toString())).toEqual([]);
  expect(traffic.since(0, (origin) => origin !== glimpse.origin('wallet')).map(({ url }) => url)).toEqual([]);
});
