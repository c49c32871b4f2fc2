import { openEngine } from '@kindred/engine';
import { disposeModel, openTrainer, resolveOptions } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { gan } from './gan.ts';

const image = { kind: 'image', shape: [28, 28, 1], range: [0, 1], classes: 10 } as const;
const batchSize = 4;
/** Residual blocks at full resolution, in plain JavaScript. */
const narrow = { imageGeneratorChannels: [16, 8], imageDiscriminatorChannels: [8, 16] };

/** Outputs of the first training step, and the sum of squares of each parameter after it. */
async function firstStep(kind: 'cpu' | 'onnx', variant: string, overrides: Readonly<Record<string, unknown>>) {
  const options = resolveOptions(gan, variant, overrides);
  const engine = await openEngine({ kind });
  const context = { batchSize, trainExamples: 100, totalSteps: 100, random: new RandomStream(0, 'build') };
  const model = gan.build({ ...context, data: image, options });
  const random = new RandomStream('examples');
  const examples = random.fillUniform(new Float32Array(batchSize * options.criticSteps * 28 * 28));
  const labels = Int32Array.from({ length: batchSize * options.criticSteps }, (_, i) => i % 10);
  const batches = () => ({ examples, labels });
  const trainer = await openTrainer(engine, model, { batches, noise: new RandomStream('noise') });
  const outputs = await trainer.step();
  const sizes = Object.entries(model.parameters).map(([name, variable]): [string, number] => [
    name,
    Array.from(engine.read(variable)).reduce((sum, value) => sum + value * value, 0),
  ]);
  await trainer.dispose();
  disposeModel(model);
  await engine.dispose();
  return { ...outputs, ...Object.fromEntries(sizes) };
}

describe('at the size of digits, where the engine has other forms of its convolutions and their second derivatives', () => {
  it.each([
    { variant: 'wgan-gp', overrides: { criticSteps: 2 } },
    { variant: 'spectral-norm', overrides: { conditional: 'projection' } },
    { variant: 'r3', overrides: { imageAugmentation: ['colour', 'translation', 'cutout'] } },
    { variant: 'dragan', overrides: { ...narrow, imageArchitecture: 'residual', imageDiscriminatorNorm: 'layer' } },
    { variant: 'pacgan', overrides: { imageArchitecture: 'infogan', imageDiscriminatorNorm: 'batch' } },
  ])('$variant takes the same step compiled as op by op', { timeout: 600_000 }, async ({ variant, overrides }) => {
    // SGD: Adam's first step is the sign of the gradient, which rounding turns where it is near 0.
    const all = { ...overrides, optimiser: 'sgd', imageLearningRate: 1e-3 };
    const expected = await firstStep('cpu', variant, all);
    const found = await firstStep('onnx', variant, all);
    const wrong = Object.entries(expected).filter(
      // A thousand times float32's rounding, for sums over whole networks.
      ([name, value]) => !(Math.abs((found[name] ?? Number.NaN) - value) <= 1e-3 * Math.max(1e-2, Math.abs(value))),
    );
    expect(wrong).toEqual([]);
  });
});
