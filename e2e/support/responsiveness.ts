// Whether a page stays responsive: the browser's own long tasks (over 50 ms on the main thread).
import type { Page } from '@playwright/test';

interface Probed extends Window {
  glimpseLongTasks?: { start: number; duration: number }[];
}

/** A probe that lives through reloads of its page. */
export class Responsiveness {
  private constructor(private readonly page: Page) {}

  /** Installs the probe; call it before the page is opened. */
  static async watch(page: Page): Promise<Responsiveness> {
    await page.addInitScript(() => {
      const tasks: { start: number; duration: number }[] = [];
      (window as Probed).glimpseLongTasks = tasks;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) tasks.push({ start: entry.startTime, duration: entry.duration });
      }).observe({ type: 'longtask', buffered: true });
    });
    return new Responsiveness(page);
  }

  /** Long tasks that began while `action` ran, in milliseconds. */
  async during(action: () => Promise<unknown>): Promise<number[]> {
    const now = () => this.page.evaluate(() => performance.now());
    const from = await now();
    await action();
    const to = await now();
    // The observer reports a task only after it has ended, in a task of its own.
    await this.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
    const tasks = await this.page.evaluate(() => (window as Probed).glimpseLongTasks ?? []);
    return tasks.filter(({ start }) => start >= from && start <= to).map(({ duration }) => duration);
  }
}
