import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSpec, ImageSpec, Split } from '@kindred/data';
import { given, labels, openEngine, program, type Engine } from '@kindred/engine';
import type { GenerativeModel } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { codeVariances, sphericalInterpolation } from './code-paths.ts';
import { usesOfCodes } from './code-uses.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'cpu' });
});
afterAll(() => engine.dispose());

const spec: ImageSpec = { kind: 'image', shape: [1, 4, 1], range: [0, 1], classes: 3 };
const [count, size] = [40, 4];
const plan = { samples: count, seed: 0, dataSeed: 0 };
/** Pixel deviations: the third one hardly changes, the last one most. */
const spreads = [0.5, 0.3, 0.01, 0.8];
const random = new RandomStream('images');
const images = Float32Array.from({ length: count * size }, (_, i) => spreads[i % size]! * random.uniform());
const classOf = (i: number): number => (i < 20 ? 0 : i % 3);

const test: Split = {
  name: 'test',
  count,
  spec,
  labels: Uint8Array.from({ length: count }, (_, i) => classOf(i)),
  floats: (from = 0, to = count) => images.slice(from * size, to * size),
  gather: () => {
    throw new Error('uses read the split in its order');
  },
};
const dataset = { spec: spec as DataSpec, splits: { train: test, validation: test, test } };

/** Codes are pixels times 2, less 1; a conditional model is told classes, and adds a tenth of them to what it decodes. */
function pixels(conditional = false): GenerativeModel {
  const classes = (n: number) => (conditional ? { y: labels([n]) } : {});
  return {
    parameters: {},
    trainingState: {},
    trainStep: program('none', {}, () => ({ loss: tf.scalar(0) })),
    sampler: () => ({ kind: 'direct', program: program('none', {}, () => ({ samples: tf.zeros([1]) })) }),
    sampleMeaning: 'nothing',
    ...(conditional && { conditional }),
    codes: {
      size,
      encode: (n) =>
        program('encode', { x: given([n, ...spec.shape]), ...classes(n) }, ({ x }) => ({
          codes: tf.sub(tf.mul(tf.reshape(x!, [n, size]), 2), 1),
        })),
      decode: (n) =>
        program('decode', { codes: given([n, size]), ...classes(n) }, ({ codes, y }) => {
          const own = tf.reshape(tf.cast(y ?? tf.zeros([n]), 'float32'), [n, 1]);
          const values = tf.add(tf.div(tf.add(codes!, 1), 2), tf.mul(own, 0.1));
          return { decoded: tf.reshape(values, [n, ...spec.shape]) };
        }),
    },
  };
}

type Score = Parameters<typeof usesOfCodes>[4];
const noScore: Score = async () => [];
const usesOf = (model: GenerativeModel, change: Partial<typeof dataset> = {}, score = noScore) =>
  usesOfCodes(engine, model, { ...dataset, ...change }, plan, score);
const image = (i: number): Float32Array => images.slice(i * size, (i + 1) * size);
const expectNear = (found: Float32Array, expected: Float32Array): void => {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
};
/** Image `column` of a row. */
const at = ({ columns, images: all }: { columns: number; images: Float32Array }, row: number, column: number) =>
  all.slice((row * columns + column) * size, (row * columns + column + 1) * size);

/** The others that a midpoint of image i may be half-way to, by what `pixels` makes of codes. @param brighter what was added to it */
function partnersOf(i: number, midpoint: Float32Array, brighter = 0): number[] {
  const code = (example: number): Float32Array => image(example).map((value) => 2 * value - 1);
  return Array.from({ length: count }, (_, other) => other).filter((other) =>
    sphericalInterpolation(code(i), code(other), 0.5).every(
      (value, pixel) => Math.abs((value + 1) / 2 + brighter - midpoint[pixel]!) < 1e-5,
    ),
  );
}

describe('usesOfCodes', () => {
  it('counts the codes whose mean varies by more than a hundredth', async () => {
    const variances = codeVariances(images, count).map((value) => 4 * value);
    expect(variances[2]).toBeLessThan(0.01);
    const { metrics } = await usesOf(pixels());
    expect(metrics).toEqual([
      expect.objectContaining({ metric: 'active-units', value: 3, unit: 'codes', better: 'none', samples: count }),
    ]);
  });

  it('walks between images of different classes, real ones at the ends and their reconstructions beside them', async () => {
    const { sheets } = await usesOf(pixels());
    const sheet = sheets.find(({ name }) => name === 'interpolation')!;
    expect([sheet.columns, sheet.rows.length, sheet.images.length]).toEqual([12, 8, 8 * 12 * size]);
    for (const [row, name] of sheet.rows.entries()) {
      const [from, to] = name.split(' to ').map(Number);
      expect(from).not.toBe(to);
      expect(from).toBe(0); // the first twenty images are of class 0
      expect(at(sheet, row, 0)).toEqual(image(row));
      expectNear(at(sheet, row, 1), at(sheet, row, 0)); // this model's reconstructions are perfect
      expectNear(at(sheet, row, 10), at(sheet, row, 11));
    }
    expect(at(sheet, 0, 5)).not.toEqual(at(sheet, 0, 6));
  });

  it('moves one code per row, the most active first, and leaves the others as they are in the first image', async () => {
    const { sheets } = await usesOf(pixels());
    const sheet = sheets.find(({ name }) => name === 'traversal')!;
    expect([sheet.columns, ...sheet.rows]).toEqual([13, 'code 3', 'code 0', 'code 1']);
    for (const [row, pixel] of [3, 0, 1].entries()) {
      for (let column = 0; column < 13; column++) {
        const expected = image(0);
        expected[pixel] = (-3 + column / 2 + 1) / 2;
        expectNear(at(sheet, row, column), expected);
      }
    }
  });

  it('has what lies half-way between two examples measured: as many as there are, the same pairs for every trial', async () => {
    const seen: Float32Array[] = [];
    const score = async (midpoints: Float32Array, given: number) => {
      expect(given).toBe(count);
      seen.push(midpoints);
      return [];
    };
    for (const change of [{}, { seed: 5 }, { dataSeed: 5 }]) {
      await usesOfCodes(engine, pixels(), dataset, { ...plan, ...change }, score);
    }
    const [midpoints, other, elsewhere] = seen;
    expect(midpoints).toHaveLength(images.length);
    for (let i = 0; i < count; i++) {
      const partners = partnersOf(i, midpoints!.subarray(i * size, (i + 1) * size));
      expect(partners).toHaveLength(1);
      expect(partners).not.toContain(i);
    }
    expect(other).toEqual(midpoints);
    expect(elsewhere).not.toEqual(midpoints);
  });

  it('keeps within a class where the model is told one, and tells it', async () => {
    const seen: Float32Array[] = [];
    const { sheets } = await usesOf(pixels(true), {}, async (midpoints) => {
      seen.push(midpoints);
      return [];
    });
    const [interpolation, traversal] = sheets;
    for (const name of interpolation!.rows) expect(name.split(' to ')[0]).toBe(name.split(' to ')[1]);
    expectNear(at(interpolation!, 0, 1), image(0)); // class 0 adds nothing
    expect(traversal!.rows).toHaveLength(3);
    for (let i = 0; i < count; i++) {
      const partners = partnersOf(i, seen[0]!.subarray(i * size, (i + 1) * size), 0.1 * classOf(i));
      expect(partners.map(classOf)).toEqual([classOf(i)]);
    }
  });

  it('pairs images without classes in their order', async () => {
    const unlabelled = { ...test, labels: null };
    const { sheets } = await usesOf(pixels(), { splits: { train: test, validation: test, test: unlabelled } });
    expect(sheets[0]!.rows.slice(0, 2)).toEqual(['pair 1', 'pair 2']);
    expect(at(sheets[0]!, 1, 11)).toEqual(image(3));
  });

  it('has no sheets of points, and nothing of a model without codes', async () => {
    const points: DataSpec = { kind: 'points', shape: [4], range: null, classes: 3 };
    const { metrics, sheets } = await usesOf(pixels(), { spec: points });
    expect([metrics.length, sheets.length]).toEqual([1, 0]);
    const { codes: _codes, ...mute } = pixels();
    expect(await usesOf(mute)).toEqual({ metrics: [], sheets: [] });
  });

  it('shows no traversal where no code is active', async () => {
    const faint = { ...test, floats: () => images.map((value) => value / 100) };
    const { metrics, sheets } = await usesOf(pixels(), { splits: { train: test, validation: test, test: faint } });
    expect(metrics[0]!.value).toBe(0);
    expect(sheets.map(({ name }) => name)).toEqual(['interpolation']);
  });
});
