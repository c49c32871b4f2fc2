import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { describe, expect, it } from 'vitest';
import { accuracy } from './accuracy.ts';

describe('accuracy', () => {
  const at = (threshold: number | 'midpoint', real: number[], fake: number[]): number =>
    accuracy({ threshold }, tf.tensor1d(real), tf.tensor1d(fake)).dataSync()[0]!;

  it('is the share on the right side of the threshold', () => {
    expect(at(0, [1, -1, 2, 3], [-1, -2, 0.5, -3])).toBe(0.75);
    expect(at(0.5, [1, 0.4], [0.6, 0.7])).toBe(0.25);
    expect(at('midpoint', [10, 12], [7, 8])).toBe(1); // midpoint 9.25
    expect(at('midpoint', [-3, -5], [-9, -4.5])).toBeCloseTo(0.75, 6); // midpoint -5.375
  });

  it('is 1/2 where all scores are the same', () => {
    expect(at(0, [1, 1], [1, 1])).toBe(0.5);
    expect(at('midpoint', [1, 1], [1, 1])).toBe(0.5);
  });
});
