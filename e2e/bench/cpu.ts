// CPU time of the workers' threads, from Linux's own account: on a busy machine it says what the clock cannot.
import { readdir, readFile } from 'node:fs/promises';
import type { Browser } from '@playwright/test';

/** The name that Chromium gives to the thread of a dedicated worker. */
const THREAD = 'DedicatedWorker';

/** The threads of all dedicated workers of a browser, perhaps with the main threads of its pages. */
export class WorkerTime {
  private constructor(
    private readonly processes: number[],
    private readonly pages: boolean,
  ) {}

  /** `undefined` where the system keeps no such account. */
  static async of(browser: Browser, pages = false): Promise<WorkerTime | undefined> {
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    const time = new WorkerTime(renderers, pages);
    return (await time.milliseconds()) === undefined ? undefined : time;
  }

  /** How long those threads have run so far. */
  async milliseconds(): Promise<number | undefined> {
    let total: number | undefined;
    for (const process of this.processes) {
      const tasks = `/proc/${process}/task`;
      for (const task of await readdir(tasks).catch(() => [])) {
        const name = await readFile(`${tasks}/${task}/comm`, 'utf8').catch(() => '');
        if (!name.startsWith(THREAD) && !(this.pages && task === String(process))) continue;
        const account = await readFile(`${tasks}/${task}/schedstat`, 'utf8').catch(() => '');
        const nanoseconds = Number(account.split(' ')[0]);
        if (nanoseconds > 0) total = (total ?? 0) + nanoseconds / 1e6;
      }
    }
    return total;
  }
}
