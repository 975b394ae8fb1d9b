// Starts and stops `glimpse serve` on free ports with data of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAM, WALLET_FILES } from './place.ts';

/** The origins in the order of their ports. */
const PARTIES = ['wallet', 'registry', 'university', 'bar', 'rental', 'forum', 'cinema', 'bank'] as const;
export type Party = (typeof PARTIES)[number];

/** First start makes proving keys, which takes a while in a development build. */
const START_TIMEOUT = 180_000;

export interface Options {
  /** A data folder to keep; without it, a temporary one that `stop` removes. */
  data?: string;
  /** Ports of an earlier server, so that its links stay valid after a restart. */
  basePort?: number;
  /** Another build of the wallet than the one under test. */
  wallet?: string;
  /** More arguments, such as `['--request-ttl', '2']`. */
  arguments?: string[];
}

/** A running `glimpse serve`. */
export class Glimpse {
  private constructor(
    readonly basePort: number,
    readonly data: string,
    private readonly temporary: boolean,
    private readonly process: ChildProcess,
    private readonly output: string[],
  ) {}

  /** Starts the server and waits until all origins listen. */
  static async start(options: Options = {}): Promise<Glimpse> {
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run \`cargo xtask test --browser\``);
    const data = options.data ?? (await mkdtemp(join(tmpdir(), 'glimpse-')));
    const basePort = options.basePort ?? (await freePorts(PARTIES.length));
    const child = spawn(
      PROGRAM,
      ['serve', '--base-port', `${basePort}`, '--data', data, '--wallet-dir', options.wallet ?? WALLET_FILES, ...(options.arguments ?? [])],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    // Nothing may be left behind when the runner dies.
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    const server = new Glimpse(basePort, data, !options.data, child, []);
    await server.ready();
    return server;
  }

  /** The origin of a party, without a slash at the end. */
  origin(party: Party): string {
    return `http://localhost:${this.basePort + PARTIES.indexOf(party)}`;
  }

  /** What the server printed so far. */
  log(): string {
    return this.output.join('');
  }

  /** Ends the server and removes its temporary data. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    if (this.temporary) await rm(this.data, { recursive: true, force: true });
  }

  /** Ends the server without a chance to clean up; the data stays. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill(signal);
    const patience = setTimeout(() => this.process.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(patience);
  }

  private async ready(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(patience);
        this.process.kill('SIGKILL');
        reject(new Error(`glimpse serve ${why}\n${this.log()}`));
      };
      const patience = setTimeout(() => fail(`was not ready after ${START_TIMEOUT / 1000} s`), START_TIMEOUT);
      const listen = (chunk: Buffer) => {
        this.output.push(chunk.toString());
        if (/\bready$/m.test(this.log())) {
          clearTimeout(patience);
          resolve();
        }
      };
      this.process.stdout?.on('data', listen);
      this.process.stderr?.on('data', (chunk: Buffer) => this.output.push(chunk.toString()));
      this.process.once('error', (error) => fail(`could not be started: ${error.message}`));
      this.process.once('exit', (code, signal) => fail(`ended (${code ?? signal})`));
    });
  }
}

/** The first of `count` consecutive free ports. */
async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
  throw new Error(`found no ${count} consecutive free ports`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
