import { openEngine, trace } from '@kindred/engine';
import { disposeModel, openTrainer, resolveOptions, type GenerativeModel } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { gan } from './gan.ts';
import { settingsFor } from './settings.ts';

type Data = Parameters<typeof gan.build>[0]['data'];
/** Higher than wide, and in colour: no axis can stand for another. */
const image = { kind: 'image', shape: [8, 12, 3], range: [0, 1], classes: 5 } as const;
const points = { kind: 'points', shape: [3], range: null, classes: 5 } as const;
const batchSize = 4;
const totalSteps = 40;

const small = {
  imageLatentSize: 6,
  imageGeneratorChannels: [6, 4],
  imageDiscriminatorChannels: [4, 6],
  imageDenseUnits: 9,
  pointsGeneratorWidth: 7,
  pointsDiscriminatorWidth: 5,
};

const built = (data: Data, overrides: Readonly<Record<string, unknown>> = {}): GenerativeModel =>
  gan.build({
    data,
    options: resolveOptions(gan, 'non-saturating', { ...small, ...overrides }),
    batchSize,
    trainExamples: 100,
    totalSteps,
    random: new RandomStream(0, 'build'),
  });

/** What `look` says of a model that is built with these options, which is then freed. */
function of<T>(look: (model: GenerativeModel) => T, data: Data, overrides?: Readonly<Record<string, unknown>>): T {
  const model = built(data, overrides);
  try {
    return look(model);
  } finally {
    disposeModel(model);
  }
}

const inputs = ({ trainStep }: GenerativeModel): string[] => Object.keys(trainStep.inputs);
const shapes = ({ parameters }: GenerativeModel): Record<string, readonly number[]> =>
  Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, shape]));
const hasNormalised = (model: GenerativeModel): string[] =>
  Object.keys(model.parameters)
    .filter((name) => name.endsWith('spectral-u'))
    .map((name) => name.replace('/spectral-u', ''));
/** What the input of a training step's schedule is at a step. */
function rateAt({ trainStep }: GenerativeModel, input: string, step: number): number {
  const source = trainStep.inputs[input]?.source;
  return source?.kind === 'schedule' ? source.at(step) : Number.NaN;
}

describe('networks', () => {
  it.each(['dcgan', 'infogan', 'residual'])(
    '%s makes images of the shape of the data and learns from them',
    async (imageArchitecture) => {
      const model = built(image, { imageArchitecture });
      const sampler = model.sampler(3);
      expect(sampler.kind === 'direct' && trace(sampler.program).outputs['samples']?.shape).toEqual([3, 8, 12, 3]);
      expect(model.trainStep.inputs['x']?.shape).toEqual([batchSize, 8, 12, 3]);
      const engine = await openEngine({ kind: 'onnx' });
      const examples = new RandomStream('examples').fillUniform(new Float32Array(batchSize * 8 * 12 * 3));
      const trainer = await openTrainer(engine, model, {
        batches: () => ({ examples }),
        noise: new RandomStream('noise'),
      });
      const { discriminatorGradientNorm, generatorGradientNorm } = await trainer.step();
      expect(discriminatorGradientNorm).toBeGreaterThan(0);
      expect(generatorGradientNorm).toBeGreaterThan(0);
      await trainer.dispose();
      await engine.dispose();
      disposeModel(model);
    },
  );

  it('are those that the options name', () => {
    expect(of(shapes, image)).toMatchObject({
      'generator/dense/kernel': [6, 2 * 3 * 6],
      'generator/deconvolution-2/kernel': [4, 4, 3, 4],
      'discriminator/convolution-1/kernel': [4, 4, 3, 4],
      'discriminator/output/kernel': [2 * 3 * 6, 1],
    });
    expect(of(shapes, image, { imageArchitecture: 'infogan' })).toMatchObject({
      'generator/dense-wide/kernel': [6, 9],
      'discriminator/dense-wide/kernel': [2 * 3 * 6, 9],
      'discriminator/output/kernel': [9, 1],
    });
    expect(of(shapes, image, { imageArchitecture: 'residual' })).toMatchObject({
      'generator/block-2/convolution-1/kernel': [3, 3, 6, 4],
      'discriminator/block-3/convolution-2/kernel': [3, 3, 6, 6],
      'discriminator/output/kernel': [6, 1],
    });
    const deep = { pointsGeneratorLayers: 1, pointsDiscriminatorLayers: 2, pointsLatentSize: 9 };
    const ofPoints = of(shapes, points, deep);
    expect(Object.keys(ofPoints).filter((name) => name.endsWith('kernel'))).toHaveLength(1 + 1 + 2 + 1);
    expect(ofPoints).toMatchObject({
      'generator/hidden-1/kernel': [9, 7],
      'generator/output/kernel': [7, 3],
      'discriminator/hidden-2/kernel': [5, 5],
    });
  });

  it('are normalised each as its own option says', () => {
    const normed = (data: Data, overrides: Readonly<Record<string, unknown>>) =>
      Object.keys(of(shapes, data, overrides)).filter((name) => name.endsWith('scale'));
    expect(normed(image, { imageGeneratorNorm: 'none', imageDiscriminatorNorm: 'layer' })).toEqual([
      'discriminator/convolution-2-norm/scale',
    ]);
    expect(normed(image, { pointsDiscriminatorNorm: 'batch' })).toEqual([
      'generator/dense-norm/scale',
      'generator/deconvolution-1-norm/scale',
    ]);
    expect(normed(points, { pointsGeneratorNorm: 'batch', pointsGeneratorLayers: 1 })).toEqual([
      'generator/hidden-1-norm/scale',
    ]);
  });

  it.each([
    { what: 'dcgan', data: image, overrides: {} },
    { what: 'infogan', data: image, overrides: { imageArchitecture: 'infogan' } },
    { what: 'residual', data: image, overrides: { imageArchitecture: 'residual' } },
    { what: 'points', data: points, overrides: {} },
    { what: 'projection', data: points, overrides: { conditional: 'projection' } },
  ] as const)('spectral normalisation is of all kernels of the discriminator and of no other: $what', (given) => {
    const kernels = (model: GenerativeModel) =>
      Object.keys(model.parameters)
        .filter((name) => name.startsWith('discriminator/') && name.endsWith('/kernel'))
        .map((name) => name.replace('/kernel', ''));
    const found = of((model) => [hasNormalised(model), kernels(model)], given.data, {
      ...given.overrides,
      spectralNorm: true,
    });
    expect(found[0]).not.toEqual([]);
    expect(found[0]!.toSorted()).toEqual(found[1]!.toSorted());
    expect(of(hasNormalised, given.data, given.overrides)).toEqual([]);
  });

  it('see packs, and classes as their options say', () => {
    expect(of(shapes, image, { packing: 2 })['discriminator/convolution-1/kernel']).toEqual([4, 4, 6, 4]);
    const concat = { conditional: 'concat', embeddingSize: 2, packing: 2 };
    expect(of(shapes, image, concat)).toMatchObject({
      'discriminator/embedding/kernel': [5, 2],
      'discriminator/convolution-1/kernel': [4, 4, 2 * (3 + 2), 4],
      'generator/embedding/kernel': [5, 2],
      'generator/dense/kernel': [6 + 2, 2 * 3 * 6],
    });
    expect(of(shapes, points, { conditional: 'projection', embeddingSize: 2 })).toMatchObject({
      'discriminator/embedding/kernel': [5, 5],
      'discriminator/hidden-1/kernel': [3, 5],
    });
  });
});

describe('the training step', () => {
  it('has the inputs of what the options ask for, and of no more', () => {
    const plain = ['x', 'discriminatorNoise', 'generatorNoise', 'discriminatorRate', 'generatorRate'];
    const augmented = ['realAugmentation', 'fakeAugmentation', 'generatorAugmentation'];
    expect(of(inputs, image)).toEqual(plain);
    expect(of(inputs, image, { imageAugmentation: ['cutout'] })).toEqual([...plain, ...augmented]);
    expect(of(inputs, image, { pointsInstanceNoise: 0.1 })).toEqual(plain);
    expect(of(inputs, points, { pointsInstanceNoise: 0.1 })).toEqual([...plain, ...augmented, 'augmentationStrength']);
    expect(of(inputs, points, { regulariser: 'r1' })).toEqual(plain);
    expect(of(inputs, points, { regulariser: 'dragan' })).toEqual([...plain, 'penaltyNoise']);
    const packed = { regulariser: 'gradient-penalty', packing: 2, criticSteps: 3 };
    expect(of(({ trainStep }) => trainStep.inputs['penaltyNoise']?.shape, points, packed)).toEqual([3 * 2]);
    expect(of(({ trainStep }) => trainStep.inputs['x']?.shape, points, packed)).toEqual([3 * batchSize, 3]);
    expect(of(({ updatesPerStep }) => updatesPerStep, points, packed)).toEqual({ discriminator: 3, generator: 1 });
  });

  it('has rates and noise that fall over its rounds, whatever the critic steps', () => {
    const options = {
      criticSteps: 2,
      discriminatorRateRatio: 4,
      learningRateSchedule: 'linear',
      imageLearningRate: 0.01,
      pointsLearningRate: 0.02,
      pointsInstanceNoise: 0.5,
      pointsInstanceNoiseSchedule: 'cosine',
    };
    const at = (data: Data, input: string): number[] =>
      of((model) => [0, totalSteps / 2, totalSteps].map((step) => rateAt(model, input, step)), data, options);
    expect(at(image, 'generatorRate')).toEqual([0.01, 0.005, 0]);
    expect(at(image, 'discriminatorRate')).toEqual([0.04, 0.02, 0]);
    expect(at(points, 'generatorRate')).toEqual([0.02, 0.01, 0]);
    const [first, middle, last] = at(points, 'augmentationStrength');
    expect(first).toBe(0.5);
    expect(middle).toBeCloseTo(0.25, 12);
    expect(last).toBeCloseTo(0, 12);
  });

  it('clips what the discriminator learns, and nothing of the generator', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const clipped = { loss: 'wasserstein', imageWeightClip: 0.5, pointsWeightClip: 0.02, pointsLearningRate: 0.01 };
    const model = built(points, clipped);
    const examples = new RandomStream('examples').fillNormal(new Float32Array(batchSize * 3));
    const trainer = await openTrainer(engine, model, {
      batches: () => ({ examples }),
      noise: new RandomStream('noise'),
    });
    await trainer.step();
    const largest = (player: string): number =>
      Math.max(
        ...Object.entries(model.parameters)
          .filter(([name]) => name.startsWith(player))
          .flatMap(([, variable]) => Array.from(engine.read(variable), Math.abs)),
      );
    expect(largest('discriminator/')).toBeCloseTo(0.02, 6);
    expect(largest('generator/')).toBeGreaterThan(0.2);
    await trainer.dispose();
    await engine.dispose();
    disposeModel(model);
  });
});

describe('settings', () => {
  it('are the options of that name for the kind of data', () => {
    const names = [
      'latentSize',
      'learningRate',
      'beta1',
      'beta2',
      'regulariserWeight',
      'weightClip',
      'averageDecay',
    ] as const;
    const optionOf = (kind: string, name: string): string => `${kind}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const values = { image: [3, 0.1, 0.2, 0.3, 4, 0, 0.6], points: [5, 0.01, 0.02, 0.03, 6, 0, 0.06] };
    const overrides = Object.fromEntries(
      names.flatMap((name, i) =>
        (['image', 'points'] as const).map((kind) => [optionOf(kind, name), values[kind][i]] as const),
      ),
    );
    const options = resolveOptions(gan, 'non-saturating', overrides);
    for (const kind of ['image', 'points'] as const) {
      expect(settingsFor(kind, options)).toEqual(Object.fromEntries(names.map((name, i) => [name, values[kind][i]])));
    }
  });
});
