// Where the built product is. `cargo xtask` says so by environment; without it, the usual places are tried.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Cargo's target folder. */
export const TARGET = process.env.GLIMPSE_TARGET ?? process.env.CARGO_TARGET_DIR ?? join(root, 'target');

/** The native program `glimpse`. */
export const PROGRAM = process.env.GLIMPSE_PROGRAM ?? join(TARGET, 'debug', 'glimpse');

/** The wallet's built files. */
export const WALLET_FILES = process.env.GLIMPSE_WALLET_FILES ?? join(TARGET, 'dist', 'wallet');

/** Chromium's executable. */
export const CHROMIUM =
  process.env.GLIMPSE_CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path)) ??
  '/usr/bin/chromium';

/** Whether `cargo xtask test --all` asks for the slow specs: `test.skip(!SLOW, 'slow: cargo xtask test --all')`. */
export const SLOW = process.env.GLIMPSE_SLOW_TESTS === '1';
