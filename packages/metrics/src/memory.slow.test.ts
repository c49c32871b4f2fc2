import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const script = fileURLToPath(new URL('testing/peak-memory.ts', import.meta.url));
/** tsx strips the types and resolves packages to their sources, so no build is needed. */
const fromSources = ['--conditions=@kindred/source', '--import', import.meta.resolve('tsx')];

/** 1 GB. On Linux with Node 20.20 they take 0.35 GB, all rows at once 0.38 GB; all distances in one float64 matrix would add 0.8 GB. */
const limit = 1e9;

it.each(['precision, recall, density and coverage', 'kernel distance of subsets', 'kernel distance of all rows'])(
  '%s: 10 000 rows of 512 columns against as many take at most 1 GB',
  async (metric) => {
    const { stdout } = await run(process.execPath, [...fromSources, script, metric], { timeout: 500_000 });
    const { values, peak } = JSON.parse(stdout) as { values: Record<string, number>; peak: number };
    expect(Object.values(values).length).toBeGreaterThanOrEqual(2);
    // JSON has null for what is not finite.
    for (const value of Object.values(values)) expect(Number.isFinite(value)).toBe(true);
    expect(peak * 1024).toBeLessThanOrEqual(limit);
  },
);
