import { disposeModel, resolveOptions } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { hybrid } from './hybrid.ts';
import type { HybridOptions } from './options.ts';

type Data = Parameters<typeof hybrid.build>[0]['data'];
const points: Data = { kind: 'points', shape: [2], range: null, classes: 0 };
const image: Data = { kind: 'image', shape: [8, 8, 1], range: [0, 1], classes: 0 };
const batchSize = 32;
const near = (value: number): number => expect.closeTo(value, 10) as number;

function build(data: Data, variant: string, overrides: Partial<HybridOptions> = {}, totalSteps = 600) {
  const options = resolveOptions(hybrid, variant, overrides);
  const random = new RandomStream(0, 'build');
  return hybrid.build({ data, options, batchSize, trainExamples: 1000, totalSteps, random });
}

describe('hybrid', () => {
  it('is told of noise for posteriors only where it draws from them', () => {
    const noise = (overrides: Partial<HybridOptions>) => {
      const model = build(points, 'adversarial-autoencoder', overrides);
      disposeModel(model);
      return model.trainStep.inputs['posteriorNoise']?.shape;
    };
    expect(noise({ pointsPosterior: 'gaussian', pointsLatentSize: 3 })).toEqual([batchSize, 3]);
    expect(noise({ pointsPosterior: 'implicit', pointsPosteriorNoise: 5 })).toEqual([batchSize, 5]);
    expect(noise({ pointsPosterior: 'deterministic' })).toBeUndefined();
  });

  it('lets learning rates fall to 0, the discriminator its own', () => {
    const model = build(points, 'vae-gan', { pointsLearningRate: 0.01, pointsDiscriminatorRateRatio: 3 }, 100);
    const rate = (input: string, step: number): number => {
      const { source } = model.trainStep.inputs[input]!;
      return source.kind === 'schedule' ? source.at(step) : Number.NaN;
    };
    expect([0, 50, 100].map((step) => rate('learningRate', step))).toEqual([0.01, 0.005, 0].map(near));
    expect([0, 50, 100].map((step) => rate('discriminatorRate', step))).toEqual([0.03, 0.015, 0].map(near));
    disposeModel(model);
  });

  it('supports points, and images whose sides are divisible by 4, and says so of others', () => {
    const other: Data = { kind: 'image', shape: [8, 10, 3], range: [0, 1], classes: 0 };
    const sequence: Data = { kind: 'sequence', shape: [64], range: [0, 25], classes: 0, vocabulary: 26 };
    expect([points, image, other, sequence].map((data) => hybrid.supports(data))).toEqual([true, true, false, false]);
    expect(() => build(other, 'vae-gan')).toThrow(/divisible by 4, got image \[8, 10, 3\]/);
    expect(() => build(sequence, 'vae-gan')).toThrow(/points and images .*, got sequence \[64\]/);
  });

  it('refuses a KL without Gaussians', () => {
    for (const name of ['imagePosterior', 'pointsPosterior']) {
      const wrong = new RegExp(`\\n {2}${name}: the KL of vae-gan needs a Gaussian posterior, got deterministic`);
      expect(() => resolveOptions(hybrid, 'vae-gan', { [name]: 'deterministic' })).toThrow(wrong);
      expect(() => resolveOptions(hybrid, 'adversarial-autoencoder', { [name]: 'deterministic' })).not.toThrow();
    }
  });
});
