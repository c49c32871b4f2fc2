import type { StoredSplit } from '../define-dataset.ts';
import type { SequenceSpec, SplitName } from '../types.ts';
import { checkedIndex, checkedRange, checkedTarget } from './rows.ts';

export interface SequenceSplitContents {
  readonly name: SplitName;
  readonly spec: SequenceSpec;
  /** [count, length], each below the vocabulary. The split keeps this array. */
  readonly tokens: Uint8Array;
}

/** A split of sequences of tokens, without labels, kept as bytes. */
export function sequenceSplit({ name, spec, tokens }: SequenceSplitContents): StoredSplit {
  const [length] = spec.shape;
  const extent = { name, spec, count: tokens.length / length };
  return {
    ...extent,
    labels: null,
    stored: tokens,
    floats(from = 0, to = extent.count, target) {
      const checked = checkedRange(extent, from, to, target);
      checked.set(tokens.subarray(from * length, to * length));
      return checked;
    },
    gather(indices, target) {
      checkedTarget(extent, indices.length, target);
      for (let row = 0; row < indices.length; row++) {
        const start = checkedIndex(extent, indices, row) * length;
        target.set(tokens.subarray(start, start + length), row * length);
      }
      return target;
    },
  };
}
