// Pictures of pages for people: phone and desktop, light and dark, in `target/screenshots/`.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { TARGET } from './place.ts';

const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } } as const;
const SCHEMES = ['light', 'dark'] as const;

/** Takes the four pictures of what the page shows now; the page keeps its state. */
export async function shoot(page: Page, name: string): Promise<string[]> {
  const folder = join(TARGET, 'screenshots');
  await mkdir(folder, { recursive: true });
  const before = page.viewportSize();
  const paths: string[] = [];
  // A dialog covers the window, not the page.
  const fullPage = (await page.locator('dialog[open]').count()) === 0;
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const path = join(folder, `${name}-${size}-${colorScheme}.png`);
      await page.screenshot({ path, animations: 'disabled', fullPage });
      paths.push(path);
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before) await page.setViewportSize(before);
  return paths;
}

/** Opens each address and takes its four pictures. */
export async function shootAll(page: Page, addresses: Record<string, string>): Promise<string[]> {
  const paths: string[] = [];
  for (const [name, address] of Object.entries(addresses)) {
    await page.goto(address);
    await page.waitForLoadState('networkidle');
    paths.push(...(await shoot(page, name)));
  }
  return paths;
}
