// Opens a haystack: what a receiver could turn these bytes into without any key.
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

export interface View {
  bytes: Buffer;
  /** The steps that lead here from the bytes as sent. */
  path: string[];
}

const DEEPEST = 4;
/** A bomb must not stop the search. */
const LARGEST = 64 << 20;
/** Shorter runs of digits carry no canary: eleven base64 digits are eight bytes. */
const TOKEN = 11;
const TOKENS = /[A-Za-z0-9+/_-]{11,}/g;

/** The bytes themselves and everything inside them, each once. */
export function openings(bytes: Buffer): View[] {
  const seen = new Set<string>();
  const views: View[] = [];
  let total = 0;
  const visit = (view: View) => {
    const key = view.bytes.toString('latin1');
    if (seen.has(key) || view.bytes.length < 8) return;
    seen.add(key);
    total += view.bytes.length;
    if (total > LARGEST) throw new Error('a recorded message opens to more than can be searched');
    views.push(view);
    if (view.path.length >= DEEPEST) return;
    for (const [step, inner] of inside(view.bytes)) visit({ bytes: inner, path: [...view.path, step] });
  };
  visit({ bytes, path: [] });
  return views;
}

function* inside(bytes: Buffer): Generator<[string, Buffer]> {
  yield* inflated(bytes);
  const text = bytes.toString('latin1');
  if (/%[0-9a-f]{2}/i.test(text)) yield ['percent', unpercent(text)];
  if (/\\u[0-9a-f]{4}/i.test(text)) yield ['JSON', Buffer.from(unescaped(text))];
  for (const [token] of text.matchAll(TOKENS)) {
    if (token.length % 2 === 0 && /^[0-9a-f]+$/i.test(token)) yield ['hex', Buffer.from(token, 'hex')];
    yield ['base64', Buffer.from(token, 'base64')];
    // A slash is a digit of base64 and also what stands before it in a path.
    const parts = token.split('/').filter((part) => part.length >= TOKEN && part !== token);
    for (const part of parts) yield ['base64', Buffer.from(part, 'base64')];
  }
}

/** Compressed as a whole, or compressed parts found by how they begin. */
function* inflated(bytes: Buffer): Generator<[string, Buffer]> {
  const limits = { maxOutputLength: LARGEST };
  const attempts: [string, () => Buffer][] = [
    ['deflate', () => inflateRawSync(bytes, limits)],
    ['brotli', () => brotliDecompressSync(bytes, limits)],
  ];
  for (let at = 0; at + 2 < bytes.length; at += 1) {
    const [first = 0, second = 0] = [bytes[at], bytes[at + 1]];
    if (first === 0x1f && second === 0x8b) attempts.push(['gzip', () => gunzipSync(bytes.subarray(at), limits)]);
    if (first === 0x78 && ((first << 8) | second) % 31 === 0) {
      attempts.push(['zlib', () => inflateSync(bytes.subarray(at), limits)]);
    }
    // After a message's head, and its blank line, its body may be compressed without a mark of its own.
    if (first === 0x0a && second === 0x0a) {
      const body = bytes.subarray(at + 2);
      attempts.push(['deflate', () => inflateRawSync(body, limits)], ['brotli', () => brotliDecompressSync(body, limits)]);
    }
  }
  for (const [step, attempt] of attempts) {
    try {
      yield [step, attempt()];
    } catch {
      // Not compressed in this way.
    }
  }
}

function unpercent(text: string): Buffer {
  const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  return Buffer.from(decoded, 'latin1');
}

function unescaped(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}
