import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSpec, ImageSpec, PointsSpec, Split } from '@kindred/data';
import { given, openEngine, program, type Engine } from '@kindred/engine';
import type { GenerativeModel, LogLikelihood } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { anomaliesOf } from './anomalies.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'cpu' });
});
afterAll(() => engine.dispose());

const [count, side] = [40, 8];
const size = side * side;
const images: ImageSpec = { kind: 'image', shape: [side, side, 1], range: [0, 1], classes: 4 };
const points: PointsSpec = { kind: 'points', shape: [2], range: null, classes: 4 };
const plan = { samples: count, seed: 0, dataSeed: 0, heldOut: 2 };
const isHeldOut = (example: number): boolean => example % 4 === plan.heldOut;

/** A dataset of known values, the class of an example of the test split its place modulo 4; the train split is the same without a class. */
function datasetOf(at: (example: number, place: number) => number, spec: DataSpec = images) {
  const width = spec.shape.reduce((product: number, length) => product * length, 1);
  const data = Float32Array.from({ length: count * width }, (_, i) => at(Math.floor(i / width), i % width));
  const test: Split = {
    name: 'test',
    count,
    spec,
    labels: Uint8Array.from({ length: count }, (_, i) => i % 4),
    floats: (from = 0, to = count) => data.slice(from * width, to * width),
    gather: () => {
      throw new Error('anomalies read the split in its order');
    },
  };
  const others = [...Array(count).keys()].filter((example) => !isHeldOut(example));
  const seen = Float32Array.from(others.flatMap((i) => [...data.subarray(i * width, (i + 1) * width)]));
  const train: Split = {
    ...test,
    name: 'train',
    count: others.length,
    labels: Uint8Array.from(others, (i) => i % 4),
    floats: (from = 0, to = others.length) => seen.slice(from * width, to * width),
  };
  return { spec, splits: { train, validation: train, test } };
}

type Answer = (x: tf.Tensor) => tf.Tensor;

/** A model that states log-likelihoods [N] of examples [N, ...], and reconstructs them, where it is told how. */
function modelOf(
  { likelihood, reconstruct }: { likelihood?: Answer; reconstruct?: Answer },
  observation: LogLikelihood['observation'] = 'binary',
  shape: readonly number[] = images.shape,
): GenerativeModel {
  const inputs = (n: number) => ({ x: given([n, ...shape]) });
  return {
    parameters: {},
    trainingState: {},
    trainStep: program('none', {}, () => ({ loss: tf.scalar(0) })),
    sampler: () => ({ kind: 'direct', program: program('none', {}, () => ({ samples: tf.zeros([1]) })) }),
    sampleMeaning: 'nothing',
    ...(likelihood && {
      logLikelihood: {
        observation,
        estimator: 'exact',
        program: (n: number) => program('say', inputs(n), ({ x }) => ({ logLikelihood: likelihood(x!) })),
      },
    }),
    ...(reconstruct && {
      reconstruct: (n: number) => program('answer', inputs(n), ({ x }) => ({ reconstruction: reconstruct(x!) })),
    }),
  };
}

const valuesOf = async (...args: [GenerativeModel, ReturnType<typeof datasetOf>]) => {
  const { metrics } = await anomaliesOf(engine, ...args, plan);
  return Object.fromEntries(metrics.map(({ metric, value }) => [metric.replace('anomaly-auroc-', ''), value]));
};

/** As likely as it is dark. */
const ink: Answer = (x) => tf.neg(tf.sum(x, [1, 2, 3]));
const alike: Answer = (x) => tf.zeros([x.shape[0]!]);

describe('anomaliesOf', () => {
  const random = new RandomStream(1);
  const noise = Float32Array.from({ length: count * size }, () => random.integer(2));
  const bit = (example: number, place: number): number => noise[example * size + place]!;

  it('finds a class that is less likely, and is fooled by one that is more likely than all others', async () => {
    const inkOf = (heldOut: number, others: number) =>
      datasetOf((example, place) => Number(place < (isHeldOut(example) ? heldOut : others) + (example % 3)));
    expect(await valuesOf(modelOf({ likelihood: ink }), inkOf(30, 20))).toMatchObject({ likelihood: 1 });
    expect(await valuesOf(modelOf({ likelihood: ink }), inkOf(20, 30))).toMatchObject({ likelihood: 0 });
  });

  it('takes away what a local model of the training images says: of equally likely images the plain ones are the anomalies', async () => {
    const sparse = Float32Array.from({ length: count * size }, () => Number(random.uniform() < 0.2));
    const among = (heldOut: (bit: number) => number) =>
      datasetOf((example, place) => {
        const one = sparse[example * size + place]!;
        return isHeldOut(example) ? heldOut(one) : one;
      });
    const model = modelOf({ likelihood: alike });
    // Of 64 pixels that are 1 with probability 0.2, black ones cost 14 nats, drawn ones 32, and their negatives 85.
    expect(
      await valuesOf(
        model,
        among(() => 0),
      ),
    ).toEqual({ likelihood: 0.5, 'likelihood-ratio': 1 });
    expect(
      await valuesOf(
        model,
        among((one) => 1 - one),
      ),
    ).toEqual({ likelihood: 0.5, 'likelihood-ratio': 0 });
  });

  it('measures errors of reconstruction relative to the image, so that bright images are none for that alone', async () => {
    const grey = datasetOf((example) => (isHeldOut(example) ? 1 : 0.5));
    expect(await valuesOf(modelOf({ reconstruct: (x) => tf.mul(x, 0.5) }), grey)).toEqual({ reconstruction: 0.5 });
    expect(await valuesOf(modelOf({ reconstruct: (x) => tf.minimum(x, 0.75) }), grey)).toEqual({ reconstruction: 1 });
    const black = datasetOf((example) => (isHeldOut(example) ? 0 : 0.5));
    expect(await valuesOf(modelOf({ reconstruct: (x) => tf.add(x, 0.1) }), black)).toEqual({ reconstruction: 1 });
  });

  it('names what it was measured on: shares, of binarised pixels or of pixels', async () => {
    const model = modelOf({ likelihood: ink, reconstruct: (x) => tf.mul(x, 0.5) });
    const { metrics, sheets } = await anomaliesOf(engine, model, datasetOf(bit), { ...plan, samples: 30 });
    expect(sheets).toMatchObject([{ name: 'anomalies-by-likelihood-ratio' }]);
    expect(metrics.map(({ value: _value, ...row }) => row)).toEqual(
      [
        ['likelihood', 'binarised-pixels'],
        ['likelihood-ratio', 'binarised-pixels'],
        ['reconstruction', 'pixels'],
      ].map(([by, features]) => ({
        metric: `anomaly-auroc-${by}`,
        split: 'test',
        features,
        unit: 'share',
        better: 'higher',
        samples: 30,
      })),
    );
  });

  it('has no likelihood ratio of what is not binary, and no sheet of points', async () => {
    const half = datasetOf((example) => (isHeldOut(example) ? 0.7 : 0.5));
    expect(await valuesOf(modelOf({ likelihood: ink }, 'continuous'), half)).toEqual({ likelihood: 1 });
    const far = datasetOf((example) => (isHeldOut(example) ? 2 : 1), points);
    const model = modelOf({ likelihood: (x) => tf.neg(tf.sum(x, 1)) }, 'continuous', [2]);
    const { metrics, sheets } = await anomaliesOf(engine, model, far, plan);
    expect(metrics).toMatchObject([{ metric: 'anomaly-auroc-likelihood', features: 'points', value: 1 }]);
    expect(sheets).toEqual([]);
  });

  it('shows the most and the least anomalous, each above its reconstruction', async () => {
    const brightness = (example: number): number => 0.5 + example / 128;
    const model = modelOf({ likelihood: ink, reconstruct: (x) => tf.square(x) }, 'continuous');
    // |x - x²|² / |x|² is (1 - x)²: the darker, the more anomalous.
    const { sheets } = await anomaliesOf(engine, model, datasetOf(brightness), plan);
    expect(sheets).toMatchObject([{ name: 'anomalies-by-reconstruction', columns: 12, shape: images.shape }]);
    const [{ rows, images: shown }] = sheets as [(typeof sheets)[number]];
    expect(rows).toEqual(['most anomalous', 'reconstructions of these', 'least anomalous', 'and of these']);
    const most = Array.from({ length: 12 }, (_, place) => brightness(place));
    const least = Array.from({ length: 12 }, (_, place) => brightness(count - 1 - place));
    const expected = [most, most.map((x) => x * x), least, least.map((x) => x * x)].flat();
    expect(Array.from({ length: 48 }, (_, at) => shown[at * size])).toEqual(expected);
  });

  it('says nothing of a model without a score, nor where the examples are of one kind', async () => {
    const nothing = { metrics: [], sheets: [] };
    expect(await anomaliesOf(engine, modelOf({}), datasetOf(bit), plan)).toEqual(nothing);
    const model = modelOf({ likelihood: ink });
    expect(await anomaliesOf(engine, model, datasetOf(bit), { ...plan, samples: 2 })).toEqual(nothing);
    expect(await anomaliesOf(engine, model, datasetOf(bit), { ...plan, heldOut: 3, samples: 3 })).toEqual(nothing);
  });
});
