// Times of several steps, and their table.

interface Times {
  wall: number[];
  cpu: number[];
}

const sorted = (values: number[]) => values.toSorted((a, b) => a - b);
/** The value below which that share of the others is. */
export const quantile = (values: number[], at: number) => sorted(values)[Math.round(at * (values.length - 1))] ?? Number.NaN;
const column = (value: number) => value.toFixed(1).padStart(9);

/** Wall-clock and CPU times in milliseconds, by step. */
export class Figures {
  private readonly steps = new Map<string, Times>();

  /** Adds one run of a step. */
  add(step: string, wall: number, cpu?: number): void {
    const times = this.steps.get(step) ?? { wall: [], cpu: [] };
    this.steps.set(step, times);
    times.wall.push(wall);
    if (cpu !== undefined) times.cpu.push(cpu);
  }

  /** A line for each step: median, quartiles and fastest run by the clock, then median and fastest of CPU time. */
  table(): string[] {
    const head = ['median', '25 %', '75 %', 'fastest', 'CPU', 'fastest'].map((name) => name.padStart(9)).join('');
    const rows = [...this.steps].map(([step, { wall, cpu }]) => {
      const times = [quantile(wall, 0.5), quantile(wall, 0.25), quantile(wall, 0.75), quantile(wall, 0)];
      const used = cpu.length > 0 ? [quantile(cpu, 0.5), quantile(cpu, 0)].map(column) : ['        –', '        –'];
      return `${times.map(column).join('')}${used.join('')}  ${step}`;
    });
    return [head, ...rows];
  }

  /** A line for what one step takes more than another. */
  difference(name: string, longer: string, shorter: string): string {
    const median = (step: string, kind: keyof Times) => quantile(this.steps.get(step)?.[kind] ?? [], 0.5);
    const more = (kind: keyof Times) => median(longer, kind) - median(shorter, kind);
    return `${column(more('wall'))}${' '.repeat(27)}${column(more('cpu'))}${' '.repeat(9)}  ${name}`;
  }
}
