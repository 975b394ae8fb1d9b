// Circuits of others, as their npm packages carry them: keys of real set-ups, and programs that compute witnesses. And some of ours.
//
// The packages are fetched one by one and checked against their digests, not installed: nothing of their code runs but
// those programs, and their dependencies would be hundreds of megabytes that nobody needs.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as snarkjs from 'snarkjs';
import { TARGET } from '../support/place.ts';

const run = promisify(execFile);

interface Circuit {
  name: string;
  /** The package with its version, and the digest of its archive. */
  archive: string;
  integrity: string;
  zkey: string;
  program: string;
  input: Record<string, unknown>;
}

/** A circuit that is ready to be proved: paths of a `.zkey` and a `.wtns`, and what snarkjs verifies with. */
export interface Prepared {
  name: string;
  /** The package that it is from, if it is not ours. */
  archive?: string;
  zkey: string;
  wtns: string;
  verificationKey: unknown;
  publicSignals: string[];
}

const list = (length: number, item: (i: number) => number) => Array.from({ length }, (_, i) => String(item(i)));
const bits = (length: number) => list(length, (i) => i & 1);
const path = (length: number) => list(length, (i) => i + 1);

export const CIRCUITS: Circuit[] = [
  {
    name: 'RLN (20 levels)',
    archive: '@waku/rln@0.1.8',
    integrity: 'sha512-LPEjqM0Thm35sMOCPsG8cBs4zkAFmckiwYAcu+2OURUcpC6QcgtAfGmi+Q5IDUokOMylItb/hqFdt2HufRyPog==',
    zkey: 'dist/resources/rln_final.zkey',
    program: 'dist/resources/rln.wasm',
    input: {
      identity_secret: '123456789',
      path_elements: path(20),
      identity_path_index: bits(20),
      x: '42',
      epoch: '99',
      rln_identifier: '5',
    },
  },
  {
    name: 'Semaphore (32 levels)',
    archive: '@zk-kit/semaphore-artifacts@4.13.0',
    integrity: 'sha512-UgFQkcwI63XT1Xk8fkUYMNfcuR85LiSL3Of9XLsyMLflHkiwXP9D1WC8hnpD8Tp2HoAMJ/mCv7ZMlU7TC0mvdQ==',
    zkey: 'semaphore-32.zkey',
    program: 'semaphore-32.wasm',
    input: {
      secret: '123456789012345678901234567890',
      merkleProofLength: '32',
      merkleProofIndex: '2863311530',
      merkleProofSiblings: path(32),
      message: '7',
      scope: '9',
    },
  },
  {
    name: 'UniRep user state transition',
    archive: '@unirep/circuits@2.0.0',
    integrity: 'sha512-j4XfP389hVSFv1fRgZEBCj0wG4xBodhkjcNT81uQG4+VWWRk9vmRhRcUQZl7JX6lvcvYo/irXOQ+4NeCwlv0zw==',
    zkey: 'zksnarkBuild/userStateTransition.zkey',
    program: 'zksnarkBuild/userStateTransition.wasm',
    // Nothing was received in the epoch, so the proofs of inclusion may be of anything.
    input: {
      from_epoch: '1',
      to_epoch: '2',
      identity_secret: '123456789',
      state_tree_indices: bits(17),
      state_tree_elements: path(17),
      history_tree_indices: bits(17),
      history_tree_elements: path(17),
      attester_id: '55',
      data: path(6),
      new_data: [list(6, () => 0), list(6, () => 0), list(6, () => 0)],
      epoch_tree_root: '77',
      epoch_tree_elements: [path(17), path(17), path(17)],
      epoch_tree_indices: [bits(17), bits(17), bits(17)],
      chain_id: '1',
    },
  },
];

/** Circuits of ours, as the example `snarkjs-files` of glimpse-prover writes them for snarkjs. */
export const OWN = ['credential-16', 'range', 'status'];

/** A circuit of ours, with the witness of a true statement. */
export async function prepareOwn(name: string): Promise<Prepared> {
  const at = (extension: string) => join(TARGET, 'bench-circuits', 'own', `${name}.${extension}`);
  return { name, ...(await taken(at('zkey'), at('wtns'))) };
}

/** Fetches a circuit's package unless it is there, and computes a witness. */
export async function prepare(circuit: Circuit): Promise<Prepared> {
  const folder = join(TARGET, 'bench-circuits', circuit.archive.replaceAll(/[@/]/g, '-').slice(1));
  if (!(await exists(folder))) await unpack(circuit, folder);
  const at = (file: string) => join(folder, 'package', file);
  const zkey = at(circuit.zkey);
  const wtns = join(folder, 'witness.wtns');
  await snarkjs.wtns.calculate(circuit.input, at(circuit.program), wtns);
  return { name: circuit.name, archive: circuit.archive, ...(await taken(zkey, wtns)) };
}

/** A key and a witness, and what snarkjs verifies with. */
async function taken(zkey: string, wtns: string): Promise<Omit<Prepared, 'name'>> {
  const verificationKey = await snarkjs.zKey.exportVerificationKey(zkey);
  const values: bigint[] = await snarkjs.wtns.exportJson(wtns);
  const publicSignals = values.slice(1, 1 + verificationKey.nPublic).map(String);
  return { zkey, wtns, verificationKey, publicSignals };
}

async function unpack({ archive, integrity }: Circuit, folder: string): Promise<void> {
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  console.log(`fetching ${archive}`);
  const { stdout } = await run('npm', ['pack', archive, '--json', '--ignore-scripts', '--pack-destination', fresh]);
  const file = join(fresh, JSON.parse(stdout)[0].filename);
  const digest = `sha512-${createHash('sha512').update(await readFile(file)).digest('base64')}`;
  if (digest !== integrity) throw new Error(`${archive} is not the archive that was recorded: ${digest}`);
  await run('tar', ['-xzf', file, '-C', fresh]);
  await rm(file);
  await rename(fresh, folder);
}

const exists = (path: string) => stat(path).then(
  () => true,
  () => false,
);
