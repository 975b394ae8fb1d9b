// A bar for each contender, as a share of snarkjs's time on one thread, with quartiles.
import type { Result } from './snarkjs.bench.ts';

const [WIDTH, LABEL, BAR, GAP] = [720, 200, 18, 30];
const COLOURS = ['#9aa0a6', '#5f6368', '#7baaf7', '#1a73e8'];

/** The plot as a standalone SVG. */
export function plot(results: Result[]): string {
  const longest = Math.max(1, ...results.flatMap(({ times }) => times.map(({ ratio }) => ratio.high)));
  const x = (ratio: number) => LABEL + (ratio / longest) * (WIDTH - LABEL - 60);
  const parts: string[] = [];
  let y = 10;
  for (const { circuit, constraints, times } of results) {
    parts.push(text(0, y + 14, `${circuit}, ${constraints.toLocaleString('en')} constraints`, 'bold'));
    y += GAP;
    times.forEach(({ contender, ratio, wall }, i) => {
      parts.push(
        text(0, y + 13, contender),
        `<rect x="${LABEL}" y="${y}" width="${(x(ratio.median) - LABEL).toFixed(1)}" height="${BAR - 4}" fill="${COLOURS[i % COLOURS.length]}"/>`,
        `<path d="M${x(ratio.low).toFixed(1)} ${y + 7}H${x(ratio.high).toFixed(1)}" stroke="#000"/>`,
        text(Math.max(x(ratio.median), x(ratio.high)) + 6, y + 12, `${ratio.median.toFixed(2)} (${wall.median.toFixed(0)} ms)`),
      );
      y += BAR;
    });
    y += 12;
  }
  const style = 'font: 12px sans-serif; background: #fff';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 0 ${WIDTH + 60} ${y}" style="${style}">\n${parts.join('\n')}\n</svg>\n`;
}

const text = (x: number, y: number, content: string, weight = 'normal') =>
  `<text x="${x.toFixed(1)}" y="${y}" font-weight="${weight}">${content}</text>`;
