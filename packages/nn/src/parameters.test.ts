import * as tf from '@tensorflow/tfjs-core';
import { openEngine } from '@kindred/engine';
import { RandomStream } from '@kindred/random';
import { beforeAll, describe, expect, it } from 'vitest';
import { fansOf, glorotUniform, heNormal, ones, scaledNormal, zeros } from './initialisers.ts';
import { Parameters } from './parameters.ts';

beforeAll(async () => {
  await openEngine({ kind: 'cpu' });
});

describe('Parameters', () => {
  it('names variables within their scope and tells trainable ones from state', () => {
    const parameters = new Parameters(new RandomStream(0));
    const generator = parameters.scope('generator');
    generator.scope('dense').variable('kernel', [2, 3], ones);
    generator.state('count', [], 7);
    parameters.scope('generator-2').variable('kernel', [1, 1], zeros);
    expect(Object.keys(parameters.all)).toEqual(['generator/dense/kernel', 'generator/count', 'generator-2/kernel']);
    expect(Object.keys(generator.all)).toEqual(['dense/kernel', 'count']);
    expect(Object.keys(generator.trainable)).toEqual(['dense/kernel']);
    expect(generator.all['count']?.trainable).toBe(false);
    expect([...generator.all['dense/kernel']!.dataSync()]).toEqual([1, 1, 1, 1, 1, 1]);
    parameters.dispose();
  });

  it('refuses a name twice and lets two models have the same names', () => {
    const [one, two] = [new Parameters(new RandomStream(0)), new Parameters(new RandomStream(0))];
    one.variable('kernel', [1, 1], ones);
    two.variable('kernel', [1, 1], ones);
    expect(() => one.state('kernel', [])).toThrow(/the name kernel is taken/);
    one.dispose();
    two.dispose();
  });

  it('draws each variable from its own stream, whatever was made before', () => {
    const [one, two] = [new Parameters(new RandomStream(0)), new Parameters(new RandomStream(0))];
    one.variable('a', [2, 2], scaledNormal(1));
    const fromOne = one.variable('b', [2, 2], scaledNormal(1)).dataSync();
    const fromTwo = two.variable('b', [2, 2], scaledNormal(1)).dataSync();
    expect(fromOne).toEqual(fromTwo);
    expect(one.all['a']!.dataSync()).not.toEqual(fromOne);
    one.dispose();
    two.dispose();
  });

  it('disposes the variables of a scope and nothing else', () => {
    const before = tf.memory().numTensors;
    const parameters = new Parameters(new RandomStream(0));
    parameters.scope('a').variable('x', [1], ones);
    parameters.variable('b', [1], ones);
    parameters.scope('a').dispose();
    expect(Object.keys(parameters.all)).toEqual(['b']);
    parameters.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

const variance = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value * value, 0) / values.length;

describe('initialisers', () => {
  it('count the window of a convolution on both sides', () => {
    expect(fansOf([10, 20])).toEqual({ in: 10, out: 20 });
    expect(fansOf([3, 5, 10, 20])).toEqual({ in: 150, out: 300 });
    expect(() => fansOf([10])).toThrow(/at least 2 axes, got shape \[10\]/);
  });

  it('have the variance that their papers ask for', () => {
    const shape = [3, 3, 40, 60];
    const random = new RandomStream(1);
    // 21 600 values: the sample variance is off by sqrt(2 / n) = 1 % (one sd) for normals, less for uniforms.
    expect(variance(heNormal(shape, random)) / (2 / 360)).toBeCloseTo(1, 1);
    expect(variance(scaledNormal(0.02)(shape, random)) / 0.0004).toBeCloseTo(1, 1);
    const uniform = glorotUniform(shape, random);
    expect(variance(uniform) / (2 / (360 + 540))).toBeCloseTo(1, 1);
    expect(Math.max(...uniform)).toBeLessThan(Math.sqrt(6 / 900));
  });
});
