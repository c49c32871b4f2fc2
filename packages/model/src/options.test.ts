import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ModelFamily } from './contract.ts';
import { batchesPerStep, resolveOptions } from './options.ts';

const options = z.strictObject({
  rate: z.number().min(0).max(1).default(0.1),
  units: z.int().min(1).max(10).default(5),
});
const family: ModelFamily<z.infer<typeof options>> = {
  name: 'toy',
  options,
  variants: { plain: {}, wide: { units: 9 } },
  likelihood: 'none',
  supports: () => true,
  build: () => {
    throw new Error('not built here');
  },
};

describe('resolveOptions', () => {
  it('merges defaults, variant and overrides, the later ones over the earlier', () => {
    expect(resolveOptions(family, 'plain')).toEqual({ rate: 0.1, units: 5 });
    expect(resolveOptions(family, 'wide')).toEqual({ rate: 0.1, units: 9 });
    expect(resolveOptions(family, 'wide', { units: 2, rate: 1 })).toEqual({ rate: 1, units: 2 });
  });

  it('lists all problems with their paths', () => {
    expect(() => resolveOptions(family, 'plain', { rate: 2, units: 0.5, width: 3 })).toThrow(
      /toy\/plain[^]*rate: [^]*units: [^]*\(options\): [^]*"width"/,
    );
  });

  it('lists the variants that exist', () => {
    expect(() => resolveOptions(family, 'narrow')).toThrow('family toy has no variant narrow; it has plain, wide.');
    expect(() => resolveOptions(family, 'toString')).toThrow(/no variant toString/);
  });
});

describe('batchesPerStep', () => {
  it('is what the family says of its options, 1 where it says nothing, and never a part of a batch', () => {
    const resolved = resolveOptions(family, 'wide');
    expect(batchesPerStep(family, resolved)).toBe(1);
    expect(batchesPerStep({ ...family, batchesPerStep: ({ units }) => units }, resolved)).toBe(9);
    const half = { ...family, batchesPerStep: ({ rate }: { rate: number }) => rate };
    expect(() => batchesPerStep(half, resolved)).toThrow(/family toy: batchesPerStep must be a whole number.*got 0.1/);
  });
});
