import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { constant, Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { optimiserOf, scheduleOf, type OptimiserName } from './optimisation.ts';

describe('optimisers', () => {
  /** Where a variable that starts at 1 stands after two updates with the gradients 2 and 4 and the rate 0.1. */
  function afterTwo(optimiser: OptimiserName): number {
    const parameters = new Parameters(new RandomStream('optimisers'));
    const v = parameters.variable('v', [1], constant(1));
    const made = optimiserOf(parameters.scope('state'), { v }, { optimiser, beta1: 0.5, beta2: 0.75 });
    for (const gradient of [2, 4]) made.apply({ v: tf.tensor1d([gradient]) }, tf.scalar(0.1));
    const [value = Number.NaN] = v.dataSync<'float32'>();
    parameters.dispose();
    return value;
  }

  it('take the two decays each for its own, by hand', () => {
    expect(afterTwo('sgd')).toBeCloseTo(1 - 0.1 * 2 - 0.1 * (0.5 * 2 + 4), 6);
    const squares = [0.25 * 4, 0.75 * 0.25 * 4 + 0.25 * 16];
    expect(afterTwo('rmsprop')).toBeCloseTo(1 - 0.2 / Math.sqrt(squares[0]!) - 0.4 / Math.sqrt(squares[1]!), 5);
    const mean = (0.5 * 0.5 * 2 + 0.5 * 4) / (1 - 0.25); // corrected for its start at 0
    const square = squares[1]! / (1 - 0.75 ** 2);
    expect(afterTwo('adam')).toBeCloseTo(1 - 0.1 - (0.1 * mean) / Math.sqrt(square), 5);
  });
});

describe('schedules', () => {
  it('start at the value; all but the constant one end at 0', () => {
    for (const name of ['constant', 'linear', 'cosine'] as const) {
      const schedule = scheduleOf(name, 0.3, 200);
      expect(schedule(0)).toBeCloseTo(0.3, 12);
      expect(schedule(200)).toBeCloseTo(name === 'constant' ? 0.3 : 0, 12);
    }
    expect(scheduleOf('linear', 0.3, 200)(50)).toBeCloseTo(0.225, 12);
    expect(scheduleOf('cosine', 0.3, 200)(50)).toBeCloseTo(0.15 * (1 + Math.SQRT1_2), 12);
  });
});
