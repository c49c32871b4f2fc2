import * as tf from '@tensorflow/tfjs-core';
import { openEngine } from '@kindred/engine';
import { RandomStream } from '@kindred/random';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gradients } from './gradients.ts';
import { constant } from './initialisers.ts';
import { movingAverage } from './moving-average.ts';
import { adam, clipByGlobalNorm, globalNorm, rmsprop, sgd, type Optimiser } from './optimisers.ts';
import { Parameters } from './parameters.ts';

let parameters: Parameters;
let state: Parameters;

beforeAll(async () => {
  await openEngine({ kind: 'cpu' });
});
beforeEach(() => {
  tf.engine().startScope();
  parameters = new Parameters(new RandomStream(0));
  state = new Parameters(new RandomStream(0));
});
afterEach(() => {
  parameters.dispose();
  state.dispose();
  tf.engine().endScope();
});

/** The gradients that the variable sees, step after step: of several sizes and signs. */
const slopes = [0.5, -2, 1e-3, 30, 0, 7, -0.1, -0.1];
const rate = 0.1;

/** Values of a variable that starts at 3 and sees `slopes`. */
function run(make: (variables: Record<string, tf.Variable>) => Optimiser): number[] {
  const variable = parameters.variable('x', [1], constant(3));
  const optimiser = make(parameters.trainable);
  return slopes.map((slope) => {
    optimiser.apply({ x: tf.tensor1d([slope]) }, tf.scalar(rate));
    return variable.dataSync()[0]!;
  });
}

const largestDifference = (found: number[], expected: number[]): number =>
  Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)));

// float32 against float64: 1 - 0.999^t loses 4 digits at t = 1, so the first steps are known to about 3e-5 of a step of 0.1.
const tolerance = 1e-5;

describe('adam', () => {
  it.each([{}, { beta1: 0.5, beta2: 0.9, epsilon: 0.01 }, { weightDecay: 0.3 }])('follows the paper: %o', (options) => {
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options as Record<string, number>;
    let [x, m, v] = [3, 0, 0];
    const expected = slopes.map((slope, i) => {
      m = beta1 * m + (1 - beta1) * slope;
      v = beta2 * v + (1 - beta2) * slope * slope;
      const mean = m / (1 - beta1 ** (i + 1));
      const square = v / (1 - beta2 ** (i + 1));
      x = x - rate * weightDecay * x - (rate * mean) / (Math.sqrt(square) + epsilon);
      return x;
    });
    expect(
      largestDifference(
        run((variables) => adam(state, variables, options)),
        expected,
      ),
    ).toBeLessThan(tolerance);
  });

  it('minimises: the least squares of a line', () => {
    const slope = parameters.variable('slope', [], constant(0));
    const offset = parameters.variable('offset', [], constant(0));
    const optimiser = adam(state, parameters.trainable);
    const xs = tf.linspace(-1, 1, 21);
    const ys = tf.add(tf.mul(xs, 2), 0.5);
    for (let step = 0; step < 300; step++) {
      const { gradients: slopes } = gradients(parameters.trainable, () => {
        return { loss: tf.mean(tf.square(tf.sub(tf.add(tf.mul(xs, slope), offset), ys))) };
      });
      optimiser.apply(slopes, tf.scalar(0.05));
    }
    expect(slope.dataSync()[0]).toBeCloseTo(2, 3);
    expect(offset.dataSync()[0]).toBeCloseTo(0.5, 3);
  });

  it('names the variable whose gradient is missing', () => {
    parameters.variable('x', [1], constant(0));
    const optimiser = adam(state, parameters.trainable);
    expect(() => optimiser.apply({ y: tf.zeros([1]) }, tf.scalar(1))).toThrow(/the variable x is missing; got y/);
  });
});

describe('rmsprop and sgd', () => {
  it('rmsprop follows its formula', () => {
    let [x, v] = [3, 0];
    const expected = slopes.map((slope) => {
      v = 0.8 * v + 0.2 * slope * slope;
      x -= (rate * slope) / (Math.sqrt(v) + 1e-3);
      return x;
    });
    expect(
      largestDifference(
        run((variables) => rmsprop(state, variables, { decay: 0.8, epsilon: 1e-3 })),
        expected,
      ),
    ).toBeLessThan(tolerance);
  });

  it.each([0, 0.9])('sgd with momentum %f', (momentum) => {
    let [x, velocity] = [3, 0];
    const expected = slopes.map((slope) => {
      velocity = momentum * velocity + slope;
      x -= rate * velocity;
      return x;
    });
    expect(
      largestDifference(
        run((variables) => sgd(state, variables, { momentum })),
        expected,
      ),
    ).toBeLessThan(tolerance);
  });
});

describe('clipByGlobalNorm', () => {
  it('scales gradients above the limit together and leaves smaller ones', () => {
    const given = { a: tf.tensor1d([3, 0]), b: tf.tensor1d([4]) };
    expect(globalNorm(given).dataSync()[0]).toBeCloseTo(5, 6);
    const clipped = clipByGlobalNorm(given, 1);
    expect([...clipped['a']!.dataSync(), ...clipped['b']!.dataSync()]).toEqual([
      expect.closeTo(0.6, 6),
      0,
      expect.closeTo(0.8, 6),
    ]);
    expect([...clipByGlobalNorm(given, 6)['a']!.dataSync()]).toEqual([3, 0]);
  });
});

describe('gradients', () => {
  it('gives the loss, its gradients under our names, and the rest as it was', () => {
    const before = tf.memory().numTensors;
    const x = parameters.variable('x', [2], constant(3));
    const kept = tf.tidy(() => {
      const {
        loss,
        gradients: slopes,
        aux,
      } = gradients(parameters.trainable, () => {
        const squares = tf.square(x);
        return { loss: tf.sum(squares), squares };
      });
      expect(loss.dataSync()[0]).toBe(18);
      expect([...slopes['x']!.dataSync()]).toEqual([6, 6]);
      return aux.squares;
    });
    expect([...kept.dataSync()]).toEqual([9, 9]);
    kept.dispose();
    parameters.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names a variable that the loss does not depend on', () => {
    const x = parameters.variable('x', [], constant(1));
    parameters.variable('unused', [], constant(1));
    expect(() => gradients(parameters.trainable, () => ({ loss: tf.square(x) }))).toThrow(/the variable unused/);
  });
});

describe('movingAverage', () => {
  it('starts as a copy and weighs by min(decay, t / (t + 9))', () => {
    const source = parameters.scope('network').variable('x', [], constant(1));
    const target = parameters.scope('average').variable('x', [], constant(5));
    const average = movingAverage(state, parameters.scope('network').all, parameters.scope('average').all, 0.2);
    expect(target.dataSync()[0]).toBe(1);
    let expected = 1;
    for (let t = 1; t <= 5; t++) {
      source.assign(tf.scalar(t * t));
      average.update();
      const decay = Math.min(0.2, t / (t + 9)); // from t = 3 on it is 0.2
      expected = decay * expected + (1 - decay) * t * t;
      expect(target.dataSync()[0]).toBeCloseTo(expected, 4);
    }
  });

  it('refuses records that do not match', () => {
    parameters.scope('a').variable('x', [], constant(1));
    parameters.scope('b').variable('y', [], constant(1));
    const [a, b] = [parameters.scope('a').all, parameters.scope('b').all];
    expect(() => movingAverage(state, a, b, 0.9)).toThrow(/no source for y; sources are x/);
    expect(() => movingAverage(state, a, {}, 0.9)).toThrow(/no target for x/);
  });
});
