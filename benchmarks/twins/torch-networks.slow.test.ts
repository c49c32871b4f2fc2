import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tinySuite } from './testing/tiny-suite.ts';
import { expectedLine, exportTo, fallOf, pythonHere, trainHere } from './testing/train-here.ts';

test('twins of all networks repeat our first steps, and learn', async ({ skip }) => {
  const python = await pythonHere();
  skip(python === null, 'no interpreter here imports torch');
  if (python === null) return;
  const folder = await mkdtemp(join(tmpdir(), 'kindred-twins-'));
  try {
    await exportTo(folder, tinySuite);
    const lines = await trainHere(python, folder);
    expect(lines).toHaveLength(tinySuite.models.length);
    for (const line of lines) {
      expect(line).toMatchObject(expectedLine);
      expect(fallOf(line)).toBeGreaterThan(0.02);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
