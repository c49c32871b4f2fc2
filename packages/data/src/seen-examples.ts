import { exampleSize } from './splits/rows.ts';
import { splitNames } from './types.ts';
import type { DataSpec, Split, SplitName } from './types.ts';

/** A hash of 32 bits of the bits of an example. */
export type ExampleHash = (bits: Uint32Array) => number;

/** Where an example has been seen before. */
export interface Sighting {
  /** In the split that it is in. */
  readonly within: boolean;
  /** In another split. */
  readonly across: boolean;
}

/** The first of equal examples, and the splits that it was seen in: bit k for the k-th of `splitNames`. */
interface Kept {
  readonly split: Split;
  readonly row: number;
  seenIn: number;
}

/**
 * The examples of a dataset so far, to tell which come again, bit for bit. It keeps a hash and the place of each, not its
 * contents: where hashes agree the example is read again and compared, so that the answer is exact.
 */
export class SeenExamples {
  readonly #kept = new Map<number, Kept[]>();
  readonly #hash: ExampleHash;
  readonly #other: Float32Array;
  readonly #otherBits: Uint32Array;

  constructor(spec: DataSpec, hash: ExampleHash = murmurHash) {
    this.#hash = hash;
    this.#other = new Float32Array(exampleSize(spec));
    this.#otherBits = new Uint32Array(this.#other.buffer);
  }

  /**
   * Says where the example at `row` of `split` has been seen before, and keeps it.
   *
   * @param bits of the example's floats
   */
  add(split: Split, row: number, bits: Uint32Array): Sighting {
    const own = bitOf(split.name);
    const hash = this.#hash(bits);
    const alike = this.#kept.get(hash) ?? [];
    const same = alike.find((kept) => this.#isEqual(kept, bits));
    if (!same) {
      alike.push({ split, row, seenIn: own });
      this.#kept.set(hash, alike);
      return { within: false, across: false };
    }
    const before = same.seenIn;
    same.seenIn |= own;
    return { within: (before & own) !== 0, across: (before & ~own) !== 0 };
  }

  #isEqual({ split, row }: Kept, bits: Uint32Array): boolean {
    split.floats(row, row + 1, this.#other);
    return bits.every((word, i) => word === this.#otherBits[i]);
  }
}

function bitOf(name: SplitName): number {
  return 1 << splitNames.indexOf(name);
}

/** MurmurHash3's mixing of 32-bit words, by Appleby: quick, and every bit of a word reaches every bit of the hash. */
function murmurHash(bits: Uint32Array): number {
  let hash = 0;
  for (let i = 0; i < bits.length; i++) {
    let word = Math.imul(bits[i] as number, 0xcc9e2d51);
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    hash ^= word;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
