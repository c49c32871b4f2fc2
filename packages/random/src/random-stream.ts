import { createHash } from 'node:crypto';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/**
 * A seeded stream of random numbers. Streams are named: two streams with different names under one seed are independent,
 * and asking one of them for more numbers never moves another. The generator is xoroshiro128+ (period 2^128 - 1), its
 * state the first 128 bits of SHA-256 of the name, so a seed and a name give the same numbers on every machine.
 *
 * @see Blackman and Vigna 2021, "Scrambled linear pseudorandom number generators"
 */
export class RandomStream {
  readonly #name: string;
  readonly #generator: RandomGenerator;
  #spareNormal: number | undefined;

  /** @param name the seed and what the numbers are for, as in `new RandomStream(3, 'batches')` */
  constructor(...name: readonly (string | number)[]) {
    this.#name = JSON.stringify(name);
    const hash = createHash('sha256').update(this.#name).digest();
    this.#generator = xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => hash.readInt32LE(offset)));
  }

  /** A stream of its own under this one's name: independent of this one and of how far this one has been read. */
  derive(...label: readonly (string | number)[]): RandomStream {
    return new RandomStream(this.#name, ...label);
  }

  /** One number in [0, 1), a multiple of 2^-24: exact in float32. */
  uniform(): number {
    return (this.#generator.next() >>> 8) * 2 ** -24;
  }

  /** One number from N(0, 1), by Box and Muller's transform; |value| < 6.7. */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(((this.#generator.next() >>> 0) + 0.5) * 2 ** -32));
    const angle = 2 * Math.PI * ((this.#generator.next() >>> 0) * 2 ** -32);
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** One integer in [0, limit), without modulo bias. `limit` is an integer in 1 ... 2^32. */
  integer(limit: number): number {
    if (!Number.isInteger(limit) || limit < 1 || limit > 2 ** 32) {
      throw new RangeError(`RandomStream.integer: limit must be an integer in 1 ... 2^32, got ${limit}`);
    }
    const accepted = 2 ** 32 - (2 ** 32 % limit);
    for (;;) {
      const draw = this.#generator.next() >>> 0;
      if (draw < accepted) return draw % limit;
    }
  }

  /** Fills `target` with numbers in [0, 1) and returns it. */
  fillUniform<T extends Float32Array | Float64Array>(target: T): T {
    for (let i = 0; i < target.length; i++) target[i] = this.uniform();
    return target;
  }

  /** Fills `target` with numbers from N(0, 1) and returns it. */
  fillNormal<T extends Float32Array | Float64Array>(target: T): T {
    for (let i = 0; i < target.length; i++) target[i] = this.normal();
    return target;
  }

  /** Puts `items` into random order, in place (Fisher and Yates), and returns it. */
  shuffle<T extends Int32Array | Uint32Array | number[]>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = items[i] ?? 0;
      items[i] = items[j] ?? 0;
      items[j] = held;
    }
    return items;
  }

  /** The integers 0 ... count - 1 in random order. */
  permutation(count: number): Int32Array {
    return this.shuffle(Int32Array.from({ length: count }, (_, i) => i));
  }
}
