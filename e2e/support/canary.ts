// Canaries: values with enough entropy that finding one, in any form, means that it leaked. A canary knows the forms
// in which careless code could send it; a haystack is opened (percent, base64, hex, compression) before the search.
import { createHash } from 'node:crypto';
import { decimal, fieldForms } from './field.ts';
import { openings } from './openings.ts';

/** Below this, a form could occur by accident, and the search would cry wolf. */
const SHORTEST = 8;

export interface Needle {
  canary: string;
  form: string;
  bytes: Buffer;
}

export interface Finding {
  canary: string;
  form: string;
  /** Where, as told by the caller, and through which openings: `POST http://… > base64 > gzip`. */
  where: string;
}

/** A secret text, bytes, or field element, as something to look for. */
export interface Canary {
  /** Its name in findings. */
  name: string;
  text?: string;
  bytes?: Uint8Array;
  /** An attribute's or secret's encoding as a field element. */
  field?: bigint;
  /** The order of the field, where it is not BN254's scalar field. */
  order?: bigint;
}

/** A fresh text canary that a person could type; 12 letters are 56 bits. */
export function freshText(length = 12): string {
  const letters = 'abcdefghijkmnopqrstuvwxyz';
  const random = crypto.getRandomValues(new Uint8Array(length));
  const text = Array.from(random, (byte) => letters[byte % letters.length]).join('');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Every form of every canary. */
export function needles(canaries: Canary[]): Needle[] {
  return canaries.flatMap((canary) => {
    const forms = new Map<string, Buffer>();
    const add = (form: string, bytes: Buffer) => {
      if (bytes.length >= SHORTEST) forms.set(form, bytes);
    };
    if (canary.text !== undefined) textForms(canary.text, add);
    if (canary.bytes !== undefined) byteForms('bytes', Buffer.from(canary.bytes), add);
    if (canary.field !== undefined) {
      for (const [form, bytes] of fieldForms(canary.field, canary.order)) byteForms(form, bytes, add);
      for (const [form, digits] of decimal(canary.field, canary.order)) add(form, Buffer.from(digits));
    }
    if (forms.size === 0) throw new Error(`the canary ${canary.name} is too short to be searched for`);
    return [...forms].map(([form, bytes]) => ({ canary: canary.name, form, bytes }));
  });
}

/** Looks for needles in a haystack and in everything that it can be opened to. */
export function search(haystack: Uint8Array, where: string, wanted: Needle[]): Finding[] {
  return openings(Buffer.from(haystack)).flatMap((view) => scan(view.bytes, [where, ...view.path].join(' > '), wanted));
}

/** Looks for needles in these very bytes. One pass, however many needles there are. */
export function scan(haystack: Buffer, where: string, wanted: Needle[]): Finding[] {
  const index = indexed(wanted);
  const found = new Set<Needle>();
  let word = 0;
  for (let at = 0; at < haystack.length; at += 1) {
    word = (word << 8) | (haystack[at] ?? 0);
    if (at < 3 || !index.marks[bucket(word)]) continue;
    for (const needle of index.byPrefix.get(word) ?? []) {
      if (needle.bytes.equals(haystack.subarray(at - 3, at - 3 + needle.bytes.length))) found.add(needle);
    }
  }
  return [...found].map(({ canary, form }) => ({ canary, form, where }));
}

/** Needles by their first four bytes. */
interface Index {
  byPrefix: Map<number, Needle[]>;
  /** Which buckets hold any prefix: most positions are done with after one look here. */
  marks: Uint8Array;
}

const indices = new WeakMap<Needle[], Index>();

function indexed(wanted: Needle[]): Index {
  const known = indices.get(wanted);
  if (known) return known;
  const index: Index = { byPrefix: new Map(), marks: new Uint8Array(1 << 20) };
  for (const needle of wanted) {
    const prefix = needle.bytes.readInt32BE(0);
    index.byPrefix.set(prefix, [...(index.byPrefix.get(prefix) ?? []), needle]);
    index.marks[bucket(prefix)] = 1;
  }
  indices.set(wanted, index);
  return index;
}

/** Multiplicative hashing of 32 bits to 20. */
function bucket(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> 12;
}

type Add = (form: string, bytes: Buffer) => void;

function textForms(text: string, add: Add): void {
  const raw = Buffer.from(text);
  if (raw.length < SHORTEST) throw new Error(`"${text}" is too short for a canary`);
  byteForms('text', raw, add);
  add('upper case', Buffer.from(text.toUpperCase()));
  add('lower case', Buffer.from(text.toLowerCase()));
  add('reversed text', Buffer.from([...text].reverse().join('')));
  const wide = Buffer.from(text, 'utf16le');
  byteForms('UTF-16LE', wide, add);
  byteForms('UTF-16BE', Buffer.from(wide).swap16(), add);
  add('encodeURIComponent', Buffer.from(encodeURIComponent(text)));
  add('form', Buffer.from(new URLSearchParams({ x: text }).toString().slice(2)));
  add('percent', Buffer.from([...raw].map((byte) => `%${hex2(byte)}`).join('')));
  add('PERCENT', Buffer.from([...raw].map((byte) => `%${hex2(byte).toUpperCase()}`).join('')));
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  add('JSON escapes', Buffer.from(units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')));
  add('character references', Buffer.from(units.map((unit) => `&#${unit};`).join('')));
  add('decimal bytes', Buffer.from([...raw].join(',')));
  add('decimal number', Buffer.from(BigInt(`0x${raw.toString('hex')}`).toString()));
}

/** Bytes as such, in the usual encodings, reversed, and under unsalted hashes. */
function byteForms(name: string, bytes: Buffer, add: Add): void {
  encodings(name, bytes, add);
  encodings(`${name}, reversed`, Buffer.from(bytes).reverse(), add);
  for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512', 'sha3-256', 'blake2b512']) {
    encodings(`${algorithm} of ${name}`, createHash(algorithm).update(bytes).digest(), add);
  }
}

function encodings(name: string, bytes: Buffer, add: Add): void {
  add(name, bytes);
  add(`${name}, hex`, Buffer.from(bytes.toString('hex')));
  add(`${name}, HEX`, Buffer.from(bytes.toString('hex').toUpperCase()));
  for (const offset of [0, 1, 2]) {
    const text = base64Interior(bytes, offset);
    add(`${name}, base64 at ${offset}`, Buffer.from(text));
    add(`${name}, base64url at ${offset}`, Buffer.from(text.replaceAll('+', '-').replaceAll('/', '_')));
  }
}

/** The base64 digits that depend on these bytes alone when `offset` unknown bytes stand before them. */
function base64Interior(bytes: Buffer, offset: number): string {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
  const text = padded.toString('base64').replace(/=+$/, '');
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor((padded.length * 8) / 6);
  return text.slice(first, last);
}

function hex2(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
