/**
 * A process of its own for memory.slow.test.ts: measures one metric, named by the first argument, on 10 000 against 10 000 rows of 512
 * columns, and prints its values and the most memory that the process ever held, in KiB, as JSON.
 */
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { kernelDistance, precisionRecallDensityCoverage, type Features } from '../index.ts';
import { normalFeatures } from './random-features.ts';

const rows = 10_000;
const columns = 512;

const metrics: Readonly<Record<string, (real: Features, fake: Features) => Promise<object>>> = {
  'precision, recall, density and coverage': (real, fake) => precisionRecallDensityCoverage(real, fake),
  'kernel distance of subsets': (real, fake) => kernelDistance(real, fake),
  'kernel distance of all rows': (real, fake) => kernelDistance(real, fake, { subsetSize: rows }),
};

/** On Linux maxRSS starts at the most that the parent held, for the process begins as its copy; VmHWM is of this program alone. */
function peakMemory(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
}

const name = process.argv[2] ?? '';
const measure = metrics[name];
if (!measure) throw new RangeError(`peak-memory: no metric ${name}; choose ${Object.keys(metrics).join('; ')}.`);
const values = await measure(normalFeatures(1, rows, columns), normalFeatures(2, rows, columns));
process.stdout.write(JSON.stringify({ values, peak: peakMemory() }));
