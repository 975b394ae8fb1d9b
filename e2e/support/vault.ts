// Opens a wallet's vault outside the wallet, by docs/protocol/vault.md alone and with others' cryptography. Tests learn
// in this way which secrets to look for, and the written format is checked by a second reader.
import { hkdfSync } from 'node:crypto';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { argon2id } from '@noble/hashes/argon2.js';
import type { Page } from '@playwright/test';
import type { Canary } from './canary.ts';
import { babyJubJubX, fromBigEndian, fromLittleEndian, L, R } from './field.ts';

/** What a vault holds, in the clear. */
export interface Vault {
  /** Argon2id of the passphrase. */
  stretched: Uint8Array;
  dataKey: Uint8Array;
  seed: Uint8Array;
  /** The holder secret `sk`. */
  secret: bigint;
  credentials: Credential[];
  /** Prepared proofs as `prover` writes them: all slots, then the proof. */
  prepared: Buffer[];
  /** Proofs of facts that are kept, by circuit. */
  kept: { circuit: string; proof: Buffer }[];
}

/** The members of a credential file that tests look at. */
export interface Credential {
  holder: string;
  signature: string;
  attributes: Record<string, unknown>;
}

/** Reads the records of this page's wallet and opens them. */
export async function openVault(page: Page, passphrase: string): Promise<Vault> {
  const records = await readRecords(page);
  const header = need(records, (name) => name.startsWith('header-'));
  const numbers = new DataView(header.buffer, header.byteOffset);
  const [m, t, p] = [14, 18, 22].map((at) => numbers.getUint32(at)) as [number, number, number];
  const stretched = argon2id(passphrase.normalize('NFC'), header.subarray(26, 42), { t, m, p, dkLen: 32 });
  const dataKey = xchacha20poly1305(stretched, header.subarray(42, 66), header.subarray(0, 42)).decrypt(
    header.subarray(66, 114),
  );
  const all = [...records].filter(([name]) => !name.startsWith('header-'));
  const open = (kind: string) =>
    all.filter(([name]) => name.startsWith(`${kind}-`)).map(([name, record]) => openRecord(dataKey, name, record));
  const [seed] = open('seed');
  if (!seed) throw new Error('the vault holds no seed');
  const wide = Buffer.from(hkdfSync('sha256', seed, '', 'glimpse/v1/holder-secret', 64));
  return {
    stretched,
    dataKey,
    seed,
    secret: fromBigEndian(wide) % R,
    // Both kinds have two parts, the first behind its length.
    credentials: open('credential').map((bytes) => JSON.parse(firstPart(bytes).toString()) as Credential),
    prepared: open('prepared').map((bytes) => bytes.subarray(8 + firstPart(bytes).length)),
    kept: open('kept').flatMap(keptProofs),
  };
}

/** Everything in a vault that must never leave it, as canaries. */
export function secretsOf(vault: Vault): Canary[] {
  const canaries: Canary[] = [
    { name: 'stretched key', bytes: vault.stretched },
    { name: 'data key', bytes: vault.dataKey },
    { name: 'seed', bytes: vault.seed },
    { name: 'holder secret', field: vault.secret },
  ];
  vault.credentials.forEach(({ signature }, index) => {
    const [r8, s] = [Buffer.from(signature.slice(0, 64), 'hex'), Buffer.from(signature.slice(64), 'hex')];
    const y = fromLittleEndian(r8) & ((1n << 255n) - 1n);
    const x = babyJubJubX(y);
    canaries.push(
      { name: `signature ${index}`, bytes: Buffer.from(signature, 'hex') },
      { name: `R8 of ${index}`, bytes: r8 },
      { name: `R8.x of ${index}, or its negative`, field: x },
      { name: `R8.x of ${index}, or its negative`, field: R - x },
      { name: `R8.y of ${index}`, field: y },
      { name: `S of ${index}`, field: fromLittleEndian(s), order: L },
    );
  });
  const proofs = vault.prepared.map((proof) => ({ circuit: 'credential', proof })).concat(vault.kept);
  proofs.forEach(({ circuit, proof: stored }, index) => {
    // Three compressed points; what is shown has been made to look new.
    const proof = stored.subarray(-128);
    const name = `proof ${index} (${circuit})`;
    canaries.push({ name: `A of ${name}`, bytes: proof.subarray(0, 32) });
    canaries.push({ name: `B of ${name}`, bytes: proof.subarray(32, 96) });
    canaries.push({ name: `C of ${name}`, bytes: proof.subarray(96) });
  });
  return canaries;
}

/** What only the issuer may know again: the holder's name towards it. */
export function identitiesOf(vault: Vault): Canary[] {
  return vault.credentials.map(({ holder }, index) => ({
    name: `hid of ${index}`,
    field: fromBigEndian(Buffer.from(holder, 'hex')),
  }));
}

/** A short text's field element: a byte of length, the text, zeros. */
export function packedText(text: string): bigint {
  const bytes = Buffer.alloc(31);
  bytes[0] = bytes.write(text, 1);
  return fromBigEndian(bytes);
}

function openRecord(key: Uint8Array, name: string, record: Buffer): Buffer {
  if (record[0] !== 1) throw new Error(`${name} has an unknown version`);
  const associated = Buffer.concat([Buffer.from('glimpse/v1/vault-record'), record.subarray(0, 1), Buffer.from(name)]);
  const padded = Buffer.from(
    xchacha20poly1305(key, record.subarray(1, 25), associated).decrypt(record.subarray(25)),
  );
  return padded.subarray(4, 4 + padded.readUInt32BE(0));
}

/** A record of kept proofs: a byte of version, then for each proof identity, lifetime, circuit, key and proof. */
function keptProofs(bytes: Buffer): Vault['kept'] {
  const found: Vault['kept'] = [];
  let at = 1;
  while (at < bytes.length) {
    const name = at + 32 + 9 + 1;
    const length = bytes[name - 1] ?? 0;
    const start = name + length + 32 + 8;
    const end = start + Number(bytes.readBigUInt64BE(start - 8));
    found.push({ circuit: bytes.subarray(name, name + length).toString(), proof: bytes.subarray(start, end) });
    at = end;
  }
  return found;
}

function firstPart(bytes: Buffer): Buffer {
  return bytes.subarray(8, 8 + Number(bytes.readBigUInt64BE(0)));
}

function need(records: Map<string, Buffer>, wanted: (name: string) => boolean): Buffer {
  for (const [name, record] of records) if (wanted(name)) return record;
  throw new Error('the page has no vault');
}

/** The stored records, ciphertext as they are. */
export async function readRecords(page: Page): Promise<Map<string, Buffer>> {
  const records = await page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await done(indexedDB.open('glimpse'));
    const store = database.transaction('records').objectStore('records');
    const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll() as IDBRequest<Uint8Array[]>)]);
    database.close();
    return keys.map((key, index) => [String(key), Array.from(values[index] ?? [])] as const);
  });
  return new Map(records.map(([name, bytes]) => [name, Buffer.from(bytes)]));
}
