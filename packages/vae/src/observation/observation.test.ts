import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { bernoulli } from './bernoulli.ts';
import { dequantised } from './dequantised.ts';
import { discretisedLogistic } from './discretised-logistic.ts';
import { gaussian } from './gaussian.ts';

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

describe('bernoulli', () => {
  it('gives each binary image its probability: over all images they sum to 1', () => {
    const logits = tf.tensor2d([[-2, 0.5, 3]]);
    const images = Array.from({ length: 8 }, (_, i) => [i & 1, (i >> 1) & 1, (i >> 2) & 1]);
    const total = values(tf.exp(bernoulli.logProbability(logits, tf.tensor2d(images)))).reduce((sum, p) => sum + p, 0);
    expect(total).toBeCloseTo(1, 6);
  });

  it('never draws a pixel of intensity 0, always one of intensity 1, and others as often as they are bright', () => {
    const count = 20_000;
    const noise = tf.tensor2d(new RandomStream('pixels').fillUniform(new Float32Array(count * 3)), [count, 3]);
    const [black, grey, white] = values(tf.mean(bernoulli.observe(tf.tensor2d([[0, 0.3, 1]]), noise), 0));
    expect([black, white]).toEqual([0, 1]);
    expect(Math.abs(grey! - 0.3)).toBeLessThan(0.015); // 4 standard errors of sqrt(0.21 / 20 000)
  });

  it('refuses to observe without noise', () => {
    expect(() => bernoulli.observe(tf.tensor2d([[0.5]]))).toThrow(/needs uniform noise/);
  });
});

describe('gaussian', () => {
  const model = gaussian(0.05);

  it('is a density: it integrates to 1 over a fine grid', () => {
    const step = 0.01;
    const grid = Array.from({ length: 2000 }, (_, i) => [-10 + i * step]);
    const density = values(tf.exp(model.logProbability(tf.tensor2d([[0.4, -0.2]]), tf.tensor2d(grid))));
    expect(density.reduce((sum, p) => sum + p, 0) * step).toBeCloseTo(1, 4);
  });

  it('keeps the standard deviation above its limit, and starts near 1', () => {
    const spread = (raw: number) => values(model.draw(tf.tensor2d([[0, raw]]), tf.tensor2d([[1]])))[0]!;
    expect(spread(-50)).toBeCloseTo(0.05, 6);
    expect(spread(-3)).toBeGreaterThan(0.05);
    expect(spread(0)).toBeCloseTo(1.05, 5); // exp(softplus(r)) = 1 + exp(r): the limit is added
  });

  it('draws around the mean', () => {
    const count = 20_000;
    const noise = tf.tensor2d(new RandomStream('points').fillNormal(new Float32Array(count)), [count, 1]);
    const { mean, variance } = tf.moments(model.draw(tf.tensor2d([[3, Math.log(0.45)]]), noise));
    expect(Math.abs(values(mean)[0]! - 3)).toBeLessThan(0.015); // 4 standard errors of 0.5 / sqrt(20 000)
    expect(Math.abs(values(variance)[0]! - 0.25)).toBeLessThan(0.01);
  });
});

describe('gaussian with a shared deviation', () => {
  it('takes means alone from the decoder, and one variable for all deviations, which has a gradient', () => {
    const parameters = new Parameters(new RandomStream('shared'));
    const model = gaussian(0.05, { parameters, start: 0.5 });
    expect(model.outputsPerValue).toBe(1);
    expect(Object.keys(parameters.trainable)).toEqual(['raw-deviation']);
    const sd = 0.05 + 0.5; // minimum + exp(raw)
    const [found] = values(model.logProbability(tf.tensor2d([[1, 2]]), tf.tensor2d([[1.5, 1]])));
    const expected = -((0.5 / sd) ** 2 + (1 / sd) ** 2) / 2 - 2 * Math.log(sd) - Math.log(2 * Math.PI);
    expect(found).toBeCloseTo(expected, 5);
    const raw = parameters.trainable['raw-deviation']!;
    const loss = () => tf.sum(model.logProbability(tf.tensor2d([[1, 2]]), tf.tensor2d([[1.5, 1]]))) as tf.Scalar;
    const [slope] = values(tf.variableGrads(loss, [raw]).grads[raw.name]!);
    // d/d sd of the above is (0.5^2 + 1) / sd^3 - 2 / sd, and d sd / d raw = 0.5
    expect(slope).toBeCloseTo(0.5 * (1.25 / sd ** 3 - 2 / sd), 4);
    parameters.dispose();
  });
});

describe('discretisedLogistic', () => {
  const model = discretisedLogistic(0.001);
  const levels = tf.tensor2d(Array.from({ length: 256 }, (_, k) => [k / 255]));
  /** Mass of each level: the density is 256 times that. */
  const masses = (location: number, raw: number): number[] =>
    values(model.logProbability(tf.tensor2d([[location, raw]]), levels)).map((nats) => Math.exp(nats) / 256);

  it.each([
    [0.5, 0],
    [0, 0],
    [1, -3],
    [0.123, -20], // the least scale, a quarter of a level
    [-3, 1],
    [7, 4],
  ])('is a distribution over 256 levels: location %d, raw scale %d', (location, raw) => {
    const total = masses(location, raw).reduce((sum, p) => sum + p, 0);
    expect(Math.abs(total - 1)).toBeLessThan(1e-4); // float32 exponents of up to some 10
  });

  it('gives a level the difference of the logistic function at its edges', () => {
    const [location, raw] = [0.4, -1];
    const scale = 0.001 + 0.1 * Math.exp(raw);
    const cumulative = (x: number): number => 1 / (1 + Math.exp(-(x - location) / scale));
    const found = masses(location, raw);
    for (const k of [1, 60, 102, 180, 254]) {
      const expected = cumulative((k + 0.5) / 255) - cumulative((k - 0.5) / 255);
      expect(found[k]! / expected).toBeCloseTo(1, 3);
    }
    expect(found[0]! / cumulative(0.5 / 255)).toBeCloseTo(1, 3);
    expect(found[255]! / (1 - cumulative(254.5 / 255))).toBeCloseTo(1, 3);
  });

  it('is finite, with finite gradients, at levels a thousand scales away', () => {
    const outputs = tf.tensor2d([[1, -20]]);
    const loss = (outputs: tf.Tensor) => tf.sum(model.logProbability(outputs, tf.tensor2d([[0]])));
    const far = values(loss(outputs))[0]!;
    expect(far).toBeLessThan(-900); // (1 - 0.5 / 255) / 0.001 scales, log 256 added
    expect(far).toBeGreaterThan(-1000);
    expect(values(tf.grad(loss)(outputs)).every(Number.isFinite)).toBe(true);
  });

  it('draws levels as often as their masses say, and never leaves the range', () => {
    const count = 20_000;
    const noise = new RandomStream('levels').fillUniform(new Float32Array(count));
    noise[0] = 0;
    const drawn = values(model.draw(tf.tensor2d([[0.02, -1]]), tf.tensor2d(noise, [count, 1])));
    const expected = masses(0.02, -1);
    const share = (level: number) => drawn.filter((x) => Math.round(x * 255) === level).length / count;
    for (const level of [0, 5, 20]) {
      // 5 standard errors
      expect(Math.abs(share(level) - expected[level]!)).toBeLessThan(5 * Math.sqrt(expected[level]! / count));
    }
    expect(Math.min(...drawn)).toBe(0);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(1);
  });
});

describe('dequantised', () => {
  const model = dequantised(gaussian(0.05));

  it('spreads each level over its own 256th of the range', () => {
    const x = tf.tensor2d([[0, 128 / 255, 1]]);
    const low = values(model.observe(x, tf.zeros([1, 3])));
    const high = values(model.observe(x, tf.fill([1, 3], 1 - 2 ** -20)));
    [0, 128, 255].forEach((level, i) => {
      expect(low[i]).toBeCloseTo(level / 256, 6);
      expect(high[i]).toBeCloseTo((level + 1) / 256, 5);
    });
    expect(() => model.observe(x)).toThrow(/needs uniform noise/);
  });

  it('draws levels, whose mean is that of the Gaussian, and cuts both at the range', () => {
    const count = 20_000;
    const noise = tf.tensor2d(new RandomStream('draws').fillNormal(new Float32Array(count)), [count, 1]);
    const drawn = model.draw(tf.tensor2d([[0.5, Math.log(0.05)]]), noise);
    const levels = values(tf.mul(drawn, 255));
    for (const level of levels.slice(0, 100)) expect(Math.abs(level - Math.round(level))).toBeLessThan(1e-4);
    expect(Math.abs(values(tf.mean(drawn))[0]! - 0.5)).toBeLessThan(0.003); // 4 standard errors of 0.1 / sqrt(20 000)
    const wide = values(model.draw(tf.tensor2d([[0.5, 2]]), noise));
    expect([Math.min(...wide), Math.max(...wide)]).toEqual([0, 1]);
    expect(
      values(
        model.mean(
          tf.tensor2d([
            [-3, 0],
            [3, 0],
          ]),
        ),
      ),
    ).toEqual([0, 1]);
  });
});
