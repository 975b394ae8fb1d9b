// Looks for canaries in everything that was sent and left behind.
import type { Page } from '@playwright/test';
import { type Canary, type Finding, needles, search } from './canary.ts';
import { type Residue, residue } from './residue.ts';
import type { Sent } from './traffic.ts';

/** Canaries in requests. */
export function leaksInTraffic(sent: Sent[], canaries: Canary[]): Finding[] {
  const wanted = needles(canaries);
  return sent.flatMap(({ witness, method, url, bytes }) => search(bytes, `${witness}: ${method} ${url.slice(0, 80)}`, wanted));
}

/** Canaries in residue that was collected before, such as the console's. */
export function leaksInResidue(found: Residue[], canaries: Canary[]): Finding[] {
  const wanted = needles(canaries);
  return found.flatMap(({ where, bytes }) => search(bytes, where, wanted));
}

/** Canaries in what this page's origin stores and in the page's history. */
export async function leaksInStorage(page: Page, canaries: Canary[]): Promise<Finding[]> {
  return leaksInResidue(await residue(page), canaries);
}
