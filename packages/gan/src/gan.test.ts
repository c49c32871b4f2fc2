import { openEngine } from '@kindred/engine';
import { describeModelContract } from '@kindred/model/contract-tests';
import {
  countParameters,
  disposeModel,
  drawSamples,
  openTrainer,
  resolveOptions,
  type GenerativeModel,
} from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { gan } from './gan.ts';
import { quickVariants } from './testing/small-variants.ts';

describeModelContract({ ...gan, variants: quickVariants }, { steps: 12 });

const points = { kind: 'points', shape: [2], range: null, classes: 0 } as const;

function build(overrides: Readonly<Record<string, unknown>>, data: Parameters<typeof gan.build>[0]['data'] = points) {
  return gan.build({
    data,
    options: resolveOptions(gan, 'non-saturating', overrides),
    batchSize: 64,
    trainExamples: 1000,
    totalSteps: 1500,
    random: new RandomStream(0, 'build'),
  });
}

/** The generator's parameters after some more training steps on noise, in one row. */
async function generatorAfter(model: GenerativeModel, steps: number): Promise<number[]> {
  const engine = await openEngine({ kind: 'cpu' });
  const examples = new RandomStream('examples').fillNormal(new Float32Array(64 * 2));
  const trainer = await openTrainer(engine, model, { batches: () => ({ examples }), noise: new RandomStream('noise') });
  for (let step = 0; step < steps; step++) await trainer.step();
  await trainer.dispose();
  return Object.entries(model.parameters)
    .filter(([name]) => name.startsWith('generator/'))
    .flatMap(([, variable]) => Array.from(engine.read(variable)));
}

describe('gan', () => {
  it('takes the same steps compiled as op by op, at sizes where the engine has forms of its own', async () => {
    const runs = [];
    for (const kind of ['cpu', 'onnx'] as const) {
      const engine = await openEngine({ kind });
      const model = gan.build({
        data: points,
        options: resolveOptions(gan, 'non-saturating', {}),
        batchSize: 256, // times a width of 128: rules for large tensors apply
        trainExamples: 1000,
        totalSteps: 100,
        random: new RandomStream(0, 'build'),
      });
      const examples = new RandomStream('examples').fillNormal(new Float32Array(256 * 2));
      const trainer = await openTrainer(engine, model, {
        batches: () => ({ examples }),
        noise: new RandomStream('noise'),
      });
      runs.push((await trainer.advance(5)).flatMap((losses) => Object.values(losses)));
      await trainer.dispose();
      disposeModel(model);
    }
    const [expected = [], got = []] = runs;
    expect(got).toHaveLength(expected.length);
    got.forEach((loss, i) => expect(loss).toBeCloseTo(expected[i]!, 4));
  });

  it('finds the four corners of a square, which one Gaussian or one point cannot', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const model = build({ pointsGeneratorWidth: 64, pointsDiscriminatorWidth: 64 });
    const random = new RandomStream('square');
    const examples = new Float32Array(64 * 2);
    const batches = () => {
      for (let i = 0; i < examples.length; i++)
        examples[i] = (random.integer(2) === 0 ? -1 : 1) + 0.05 * random.normal();
      return { examples };
    };
    const trainer = await openTrainer(engine, model, { batches, noise: new RandomStream('training') });
    for (let step = 0; step < 1500; step++) await trainer.step();
    const samples = await drawSamples(engine, model, { count: 1000, batchSize: 500, random: new RandomStream('draw') });
    const corners = [0, 0, 0, 0];
    for (let i = 0; i < 1000; i++) {
      const [a, b] = [samples[2 * i]!, samples[2 * i + 1]!];
      const near = Math.hypot(Math.abs(a) - 1, Math.abs(b) - 1) < 0.25; // 5 standard deviations
      if (near) corners[(a > 0 ? 2 : 0) + (b > 0 ? 1 : 0)]! += 1;
    }
    // Noise spread evenly over the square of side 2.5 would put 13 % of the samples near the corners.
    expect(corners.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(700);
    for (const count of corners) expect(count).toBeGreaterThan(100);
    await trainer.dispose();
    disposeModel(model);
    await engine.dispose();
  });

  it.each(['projection', 'concat'] as const)(
    'told classes by %s, draws the corner that is asked for',
    async (conditional) => {
      const engine = await openEngine({ kind: 'onnx' });
      const overrides = { conditional, embeddingSize: 4, pointsGeneratorWidth: 32, pointsDiscriminatorWidth: 32 };
      const model = build(overrides, { ...points, classes: 4 });
      const random = new RandomStream('square');
      const corner = (label: number): [number, number] => [label < 2 ? -1 : 1, label % 2 === 0 ? -1 : 1];
      const batches = () => {
        const labels = Int32Array.from({ length: 64 }, () => random.integer(4));
        const examples = Float32Array.from([...labels].flatMap(corner), (value) => value + 0.05 * random.normal());
        return { examples, labels };
      };
      const trainer = await openTrainer(engine, model, { batches, noise: new RandomStream('training') });
      await trainer.advance(800);
      const labels = Int32Array.from({ length: 400 }, (_, i) => i % 4);
      const samples = await drawSamples(engine, model, { count: 400, batchSize: 400, random, labels });
      const right = labels.filter((label, i) => {
        const [a, b] = corner(label);
        return samples[2 * i]! * a > 0 && samples[2 * i + 1]! * b > 0;
      });
      expect(right.length).toBeGreaterThan(380); // 100 by chance
      await trainer.dispose();
      disposeModel(model);
      await engine.dispose();
    },
  );

  it('draws from the average of the generator, which is no parameter twice', async () => {
    const plain = build({ pointsAverageDecay: 0 });
    const averaged = build({ pointsAverageDecay: 0.9 });
    expect(Object.keys(averaged.parameters).sort()).toEqual(Object.keys(plain.parameters).sort());
    expect(countParameters(averaged.parameters)).toBe(countParameters(plain.parameters));
    const names = [...Object.keys(averaged.parameters), ...Object.keys(averaged.trainingState)];
    expect(new Set(names).size).toBe(names.length); // so both can be saved side by side

    // Both start alike and see the same noise. The average's first step has the decay min(0.9, 1 / 10): it takes over 0.9.
    const before = await generatorAfter(plain, 0);
    const trained = await generatorAfter(plain, 1);
    const average = await generatorAfter(averaged, 1);
    trained.forEach((value, i) => expect(average[i]).toBeCloseTo(0.1 * before[i]! + 0.9 * value, 5));
    expect(trained).not.toEqual(before);
    disposeModel(plain);
    disposeModel(averaged);
  });

  it('supports images whose sides are divisible by 4, and says so of others', () => {
    const image = (height: number) => ({ kind: 'image', shape: [height, 8, 3], range: [0, 1], classes: 0 }) as const;
    expect([8, 10, 12].map((height) => gan.supports(image(height)))).toEqual([true, false, true]);
    expect(() => build({}, image(10))).toThrow(/divisible by 4, got image \[10, 8, 3\]/);
  });
});
