import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { factorCounts, levelsOf, renderLevels } from './shapes.ts';

describe('shapes', () => {
  it('look different in all 98 304 combinations, so no seed can put the same image into two splits', () => {
    const count = factorCounts.reduce((product, levels) => product * levels, 1);
    const image = new Uint8Array(1024);
    const seen = new Set<string>();
    for (let combination = 0; combination < count; combination++) {
      renderLevels(levelsOf(combination), image);
      seen.add(createHash('sha1').update(image).digest('base64'));
    }
    expect(seen.size).toBe(count);
  });
});
