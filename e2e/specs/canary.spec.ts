// The search for canaries is itself tested: each form is found, through each opening, and noise is not.
import { createHash, randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { freshText, needles, search } from '../support/canary.ts';
import { babyJubJubX, fromBigEndian, fromLittleEndian, R } from '../support/field.ts';

const text = 'Quellwasserström';
const bytes = Buffer.from(text);
const secret = randomBytes(32);
const element = BigInt(`0x${secret.toString('hex')}`) % R;
const wanted = needles([
  { name: 'text', text },
  { name: 'secret', bytes: secret, field: element },
]);

const found = (haystack: Buffer | string) => search(Buffer.from(haystack), 'here', wanted).map(({ canary }) => canary);

const be = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const montgomery = (element << 256n) % R;

const forms: Record<string, Buffer | string> = {
  raw: bytes,
  'raw between others': Buffer.concat([randomBytes(7), bytes, randomBytes(9)]),
  hex: bytes.toString('hex'),
  'upper-case hex': bytes.toString('hex').toUpperCase(),
  percent: encodeURIComponent(text),
  'every byte percent-encoded': [...bytes].map((byte) => `%${byte.toString(16)}`).join(''),
  form: new URLSearchParams({ name: text }).toString(),
  'UTF-16LE': Buffer.from(text, 'utf16le'),
  'UTF-16BE': Buffer.from(text, 'utf16le').swap16(),
  'JSON escapes': [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  reversed: Buffer.from(bytes).reverse(),
  'reversed text': [...text].reverse().join(''),
  'upper case': text.toUpperCase(),
  'byte array as JSON': JSON.stringify([...bytes]),
  number: BigInt(`0x${bytes.toString('hex')}`).toString(),
  gzip: gzipSync(bytes),
  zlib: deflateSync(bytes),
  'raw deflate': deflateRawSync(bytes),
  brotli: brotliCompressSync(bytes),
  'gzip inside a message': Buffer.concat([Buffer.from('POST /x\nA: b\n\n'), gzipSync(bytes)]),
  'brotli body of a message': Buffer.concat([Buffer.from('POST /x\nA: b\n\n'), brotliCompressSync(bytes)]),
  'base64 of gzip': gzipSync(bytes).toString('base64url'),
  'base64 in a path': `/beacon/${gzipSync(bytes).toString('base64url')}`,
  'base64 of JSON of hex': Buffer.from(JSON.stringify({ a: bytes.toString('hex') })).toString('base64'),
  'percent of base64': encodeURIComponent(Buffer.from(`name=${text}`).toString('base64')),
  'secret bytes': secret,
  'field big-endian': be(element),
  'field little-endian': be(element).reverse(),
  'field decimal': element.toString(),
  'field hex': `0x${element.toString(16)}`,
  'Montgomery big-endian': be(montgomery),
  'Montgomery little-endian': be(montgomery).reverse(),
  'Montgomery decimal': montgomery.toString(),
  'Montgomery base64': be(montgomery).toString('base64'),
};
for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) {
  const digest = createHash(algorithm).update(bytes).digest();
  forms[`${algorithm}, raw`] = digest;
  forms[`${algorithm}, hex`] = digest.toString('hex');
  forms[`${algorithm}, base64url`] = digest.toString('base64url');
}
for (const offset of [0, 1, 2, 3, 4]) {
  const shifted = Buffer.concat([randomBytes(offset), bytes, randomBytes(4)]);
  forms[`base64 after ${offset} bytes`] = shifted.toString('base64');
  forms[`base64url after ${offset} bytes`] = shifted.toString('base64url');
}

for (const [form, haystack] of Object.entries(forms)) {
  test(`finds a canary as ${form}`, () => {
    expect(found(haystack).length).toBeGreaterThan(0);
  });
}

test('base64 is found at every offset even where nothing decodes it', () => {
  for (const offset of [0, 1, 2]) {
    const shifted = Buffer.concat([randomBytes(offset), bytes, randomBytes(5)]);
    // A digit before it spoils the alignment of a decoder.
    expect(found(`x${shifted.toString('base64')}`)).toContain('text');
  }
});

test('a canary at the very end, and one behind its own beginning, are found', () => {
  expect(found(Buffer.concat([randomBytes(3), secret]))).toContain('secret');
  expect(found(Buffer.concat([secret.subarray(0, 31), secret]))).toContain('secret');
  expect(found(secret.subarray(0, 31))).toEqual([]);
});

test("the x coordinate of a packed point is recovered as circomlib's base point has it", () => {
  const x = 5299619240641551281634865583518297030282874472190772894086521144482721001553n;
  const y = 16950150798460657717958625567821834550301663161624707787222815936182638968203n;
  expect([x, R - x]).toContain(babyJubJubX(y));
});

test('numbers are read from both ends', () => {
  expect(fromBigEndian(Uint8Array.of(1, 2))).toBe(258n);
  expect(fromLittleEndian(Uint8Array.of(1, 2))).toBe(513n);
});

test('noise contains no canary', () => {
  for (let round = 0; round < 20; round += 1) {
    const noise = randomBytes(4096);
    expect(found(noise)).toEqual([]);
    expect(found(noise.toString('base64'))).toEqual([]);
    expect(found(gzipSync(noise.toString('hex')))).toEqual([]);
  }
});

test('a canary too short to be unmistakable is refused', () => {
  expect(() => needles([{ name: 'short', text: 'Ada' }])).toThrow(/too short/);
  expect(() => needles([{ name: 'empty' }])).toThrow(/too short/);
});

test('a finding says which canary, in which form, where, and through what', () => {
  const [finding] = search(gzipSync(bytes), 'POST http://x/', wanted);
  expect(finding).toEqual({ canary: 'text', form: 'text', where: 'POST http://x/ > gzip' });
});

test('fresh canaries differ and can be searched for', () => {
  const [one, other] = [freshText(), freshText()];
  expect(one).not.toBe(other);
  expect(needles([{ name: 'fresh', text: one }]).length).toBeGreaterThan(50);
});
