// Browser tests (`specs`), browser benchmarks (`bench`) and pictures of every screen (`gallery`). `cargo xtask test` and `cargo xtask bench --browser`
// run them after building everything; `support/place.ts` says where the built product is.
import { defineConfig } from '@playwright/test';
import { CHROMIUM, TARGET } from './support/place.ts';

export default defineConfig({
  outputDir: `${TARGET}/e2e/results`,
  // Proving takes whole cores: parallel specs would only slow each other down.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: !!process.env.CI,
  timeout: 120_000,
  globalTimeout: 25 * 60_000,
  expect: { timeout: 20_000 },
  use: {
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: CHROMIUM,
      // Chromium's sandbox refuses to start as root, which is what containers run as.
      chromiumSandbox: process.getuid?.() !== 0,
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'specs', testDir: 'specs', testMatch: '**/*.spec.ts' },
    { name: 'gallery', testDir: 'gallery', testMatch: '**/*.gallery.ts' },
    { name: 'bench', testDir: 'bench', testMatch: '**/*.bench.ts', timeout: 10 * 60_000 },
  ],
});
