import { resolveOptions } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { checkCombinations } from './combinations.ts';
import { gan } from './gan.ts';
import { ganOptions } from './options.ts';

describe('combinations of options', () => {
  it.each([
    {
      what: 'batch normalisation in the critic of a gradient penalty',
      variant: 'wgan-gp',
      overrides: { imageDiscriminatorNorm: 'batch' },
      message: /  imageDiscriminatorNorm: .*Gulrajani et al. 2017/,
    },
    {
      what: 'the same for points and R1',
      variant: 'r3',
      overrides: { pointsDiscriminatorNorm: 'batch' },
      message: /  pointsDiscriminatorNorm: .*Gulrajani et al. 2017/,
    },
    {
      what: 'batch normalisation over spectral normalisation',
      variant: 'spectral-norm',
      overrides: { imageDiscriminatorNorm: 'batch' },
      message: /  imageDiscriminatorNorm: .*Miyato et al. 2018/,
    },
    {
      what: 'clipping for another loss',
      variant: 'hinge',
      overrides: { imageWeightClip: 0.01 },
      message: /  imageWeightClip: .*wasserstein/,
    },
    {
      what: 'clipping under spectral normalisation',
      variant: 'wgan',
      overrides: { spectralNorm: true },
      message: /  imageWeightClip: .*spectralNorm[^]*  pointsWeightClip: .*spectralNorm/,
    },
    {
      what: 'clipping beside a gradient penalty',
      variant: 'wgan',
      overrides: { regulariser: 'gradient-penalty' },
      message: /  imageWeightClip: .*Gulrajani et al. 2017[^]*  pointsWeightClip: .*Gulrajani et al. 2017/,
    },
    {
      what: 'a Wasserstein critic without a bound',
      variant: 'wgan',
      overrides: { pointsWeightClip: 0 },
      message: /  loss: .*Arjovsky et al. 2017/,
    },
    {
      what: 'projection on packs',
      variant: 'conditional',
      overrides: { packing: 2 },
      message: /  packing: .*Miyato and Koyama 2018/,
    },
  ])('refuse $what, with the reason', ({ variant, overrides, message }) => {
    expect(() => resolveOptions(gan, variant, overrides)).toThrow(message);
  });

  it('allow those that only look alike', () => {
    for (const [variant, overrides] of [
      ['non-saturating', { imageDiscriminatorNorm: 'batch', pointsDiscriminatorNorm: 'batch' }],
      ['wgan-gp', { imageDiscriminatorNorm: 'layer' }],
      ['wgan', { imageWeightClip: 0, pointsWeightClip: 0, spectralNorm: true }],
      ['wgan', { regulariser: 'r1' }],
      ['conditional', { conditional: 'concat', packing: 2 }],
      ['spectral-norm', { regulariser: 'r1' }],
    ] as const) {
      expect(() => resolveOptions(gan, variant, overrides)).not.toThrow();
    }
    expect(checkCombinations(ganOptions.parse({}))).toEqual([]);
  });

  it('all come at once', () => {
    const overrides = { loss: 'hinge', pointsWeightClip: 0.1, imageDiscriminatorNorm: 'batch', spectralNorm: true };
    expect(() => resolveOptions(gan, 'non-saturating', overrides)).toThrow(
      /imageDiscriminatorNorm:[^]*pointsWeightClip:[^]*pointsWeightClip:/,
    );
  });

  it('conditional variants want data with classes, packs a batch that they divide', () => {
    const points = (classes: number) => ({ kind: 'points', shape: [2], range: null, classes }) as const;
    const options = resolveOptions(gan, 'conditional');
    expect(gan.supports(points(8), options)).toBe(true);
    expect(gan.supports(points(0), options)).toBe(false);
    expect(gan.supports(points(0), resolveOptions(gan, 'hinge'))).toBe(true);
    const context = { batchSize: 9, trainExamples: 100, totalSteps: 10, random: new RandomStream(0) };
    expect(() => gan.build({ ...context, data: points(0), options })).toThrow(
      /needs data of at least 2 classes, got 0/,
    );
    const pacgan = resolveOptions(gan, 'pacgan');
    expect(() => gan.build({ ...context, data: points(0), options: pacgan })).toThrow(/packing 2 does not divide .* 9/);
  });
});
