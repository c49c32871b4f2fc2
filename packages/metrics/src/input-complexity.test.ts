import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import { inputComplexity } from './input-complexity.ts';
import { imagesOf } from './testing/random-images.ts';

const shape = [12, 9, 1] as const;
const pixels = shape[0] * shape[1];

/** Random bits, each 1 with probability `share`. */
function bits(count: number, share: number, of: readonly [number, number, number] = shape) {
  const random = new RandomStream(3, 'bits', share);
  return imagesOf(count, of, () => (random.uniform() < share ? 1 : 0));
}

/** The same code length by the closed form of each context's sequence: a zeros and b ones cost -ln B(a + 1/2, b + 1/2) / B(1/2, 1/2). */
function byClosedForm(rows: readonly string[]): number {
  const line = (y: number) => `0${rows[y] ?? '0'.repeat(rows[0]!.length)}0`;
  const counts = new Map<string, [number, number]>();
  for (const [y, row] of rows.entries()) {
    for (const [x, pixel] of [...row].entries()) {
      const context = line(y - 1).slice(x, x + 3) + line(y)[x]!;
      const pair = counts.get(context) ?? [0, 0];
      pair[Number(pixel)]! += 1;
      counts.set(context, pair);
    }
  }
  // Gamma(n + 1/2) / Gamma(1/2), as a logarithm.
  const rising = (n: number) =>
    Array.from({ length: n }, (_, i) => Math.log(i + 0.5)).reduce((sum, each) => sum + each, 0);
  const factorial = (n: number) =>
    Array.from({ length: n }, (_, i) => Math.log(i + 1)).reduce((sum, each) => sum + each, 0);
  return [...counts.values()].reduce((sum, [a, b]) => sum + factorial(a + b) - rising(a) - rising(b), 0);
}

const rowsOf = (data: Float32Array, width: number): string[] =>
  Array.from({ length: data.length / width }, (_, y) => [...data.subarray(y * width, (y + 1) * width)].join(''));

describe('inputComplexity', () => {
  it.each([0, 0.1, 0.5, 0.9, 1])('is that of the closed form, of bits that are 1 with probability %f', (share) => {
    const images = bits(3, share);
    for (const [i, nats] of inputComplexity(images).entries()) {
      const own = images.data.subarray(i * pixels, (i + 1) * pixels);
      expect(nats).toBeCloseTo(byClosedForm(rowsOf(own, shape[1])), 9);
    }
  });

  it('is half of ln(pixels) and a little for a black image: all contexts are one', () => {
    const [nats] = inputComplexity(imagesOf(1, [40, 40, 1], () => 0));
    // Stirling: -ln(Gamma(n + 1/2) / (Gamma(1/2) n!)) = ln(pi n) / 2 + O(1 / n)
    expect(nats).toBeCloseTo(Math.log(Math.PI * 1600) / 2, 3);
  });

  it('is more for noise than for stripes with as many ones; noise costs no less than its entropy', () => {
    const of = [32, 32, 1] as const;
    const [stripes = 0] = inputComplexity(imagesOf(1, of, ({ x }) => x % 2));
    const noise = inputComplexity(bits(8, 0.5, of));
    expect(stripes).toBeLessThan(100);
    for (const nats of noise) expect(nats).toBeGreaterThan(1024 * Math.LN2);
  });

  it('knows nothing of other images, and adds up over channels', () => {
    const images = bits(2, 0.3, [10, 10, 3]);
    const each = [0, 1].map((i) => {
      const data = images.data.subarray(i * 300, (i + 1) * 300);
      return inputComplexity({ data, count: 1, shape: [10, 10, 3] })[0]!;
    });
    expect([...inputComplexity(images)]).toEqual(each);
    const planes = [0, 1, 2].map((channel) => {
      const data = images.data.filter((_, at) => at < 300 && at % 3 === channel);
      return inputComplexity({ data, count: 1, shape: [10, 10, 1] })[0]!;
    });
    expect(each[0]).toBeCloseTo(
      planes.reduce((sum, nats) => sum + nats, 0),
      9,
    );
  });

  it('refuses images that are not binary', () => {
    expect(() => inputComplexity(imagesOf(1, shape, ({ x }) => (x === 2 ? 0.5 : 0)))).toThrow(
      'inputComplexity: images: expected 0 and 1 only, got 0.5 at 2; binarise them first.',
    );
    expect(() => inputComplexity({ data: new Float32Array(5), count: 1, shape })).toThrow('inputComplexity: images');
  });
});
