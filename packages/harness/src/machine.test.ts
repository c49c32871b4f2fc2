import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { peakMemory } from './machine.ts';

it('is at least what the program holds, and grows with it', () => {
  expect(peakMemory()).toBeGreaterThan(0.9 * process.memoryUsage.rss());
  const held = new Uint8Array(200e6).fill(1);
  expect(peakMemory()).toBeGreaterThan(held.length);
});

it("is the program's own: what its parent holds is no part of it", () => {
  const held = new Uint8Array(400e6).fill(1);
  const script = `import { peakMemory } from ${JSON.stringify(new URL('machine.ts', import.meta.url).href)}; console.log(peakMemory());`;
  const directory = fileURLToPath(new URL('../../..', import.meta.url));
  const output = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: directory,
  });
  expect(Number(output)).toBeGreaterThan(20e6);
  expect(Number(output)).toBeLessThan(held.length);
});
