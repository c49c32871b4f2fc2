import { batch, given, labels, normal, position, program, schedule, uniform } from '@kindred/engine';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { feedsFor } from './feeds.ts';
import { constantRate, cosineRate, linearRate, withWarmUp } from './schedules.ts';

const all = program(
  'all',
  {
    x: batch([2, 3]),
    y: labels([2]),
    z: normal([2, 4]),
    u: uniform([5]),
    rate: schedule((step) => step / 2),
    at: position(),
    k: given([1], 'int32'),
  },
  () => ({}),
);
const sources = () => ({
  noise: new RandomStream(3),
  step: 5,
  batch: new Float32Array(6).fill(1),
  labels: Int32Array.of(0, 1),
  position: 7,
  given: { k: Int32Array.of(9) },
});

describe('feedsFor', () => {
  it('fills each input from its source', () => {
    const feeds = feedsFor(all.inputs, sources());
    expect(feeds.x).toEqual(new Float32Array(6).fill(1));
    expect(feeds.y).toEqual(Int32Array.of(0, 1));
    expect(feeds.rate).toEqual(Float32Array.of(2.5));
    expect(feeds.at).toEqual(Int32Array.of(7));
    expect(feeds.k).toEqual(Int32Array.of(9));
    const noise = new RandomStream(3);
    expect(feeds.z).toEqual(noise.fillNormal(new Float32Array(8)));
    expect(feeds.u).toEqual(noise.fillUniform(new Float32Array(5)));
  });

  it.each(['step', 'batch', 'labels', 'position', 'given'])('says which input misses its source: %s', (missing) => {
    const some = { ...sources(), [missing]: undefined };
    const input = { step: 'rate', batch: 'x', labels: 'y', position: 'at', given: 'k' }[missing];
    expect(() => feedsFor(all.inputs, some)).toThrow(`the input ${input} needs \`${missing}`);
  });
});

describe('schedules', () => {
  it('start, halve and end where they say, and stay there', () => {
    for (const rate of [linearRate(1, 0.2, 10), cosineRate(1, 0.2, 10)]) {
      expect([0, 5, 10, 99].map(rate)).toEqual([1, 0.6, 0.2, 0.2].map((value) => expect.closeTo(value, 12)));
    }
    expect(cosineRate(1, 0, 10)(1)).toBeGreaterThan(linearRate(1, 0, 10)(1));
    expect(constantRate(0.3)(17)).toBe(0.3);
  });

  it('warm up from 1 / steps to the whole', () => {
    expect([0, 1, 3, 4, 50].map(withWarmUp(constantRate(2), 4))).toEqual([0.5, 1, 2, 2, 2]);
  });
});
