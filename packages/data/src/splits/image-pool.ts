import type { RandomStream } from '@kindred/random';
import type { StoredSplit } from '../define-dataset.ts';
import type { ImageSpec, Labels, SplitName } from '../types.ts';
import { imageSplit } from './image-split.ts';
import { pickRows } from './pick.ts';
import { exampleSize } from './rows.ts';
import { stratify } from './stratify.ts';

/** Images of one size in memory, before they are split. */
export interface ImagePool {
  /** One byte per intensity: [count, height, width, channels] */
  readonly pixels: Uint8Array;
  /** [count]; null where they have no classes. */
  readonly labels: Labels | null;
}

type Sizes = Readonly<Record<SplitName, number>>;
type Splits = Readonly<Record<SplitName, StoredSplit>>;

/** Deals a pool out to the three splits, class by class, each in random order. */
export function splitPool(pool: ImagePool, spec: ImageSpec, sizes: Sizes, stream: RandomStream): Splits {
  const size = exampleSize(spec);
  const labels = pool.labels ?? new Uint8Array(pool.pixels.length / size);
  const places = stratify({ labels, classes: Math.max(1, spec.classes), sizes }, stream);
  const deal = (name: SplitName): StoredSplit =>
    imageSplit({
      name,
      spec,
      pixels: pickRows(pool.pixels, places[name], size),
      labels: pool.labels && pickRows(pool.labels, places[name], 1),
    });
  return { train: deal('train'), validation: deal('validation'), test: deal('test') };
}

/**
 * Splits of data that has a test file of its own: `validation` examples of the training file are held out, the test split is
 * the whole test file. Its order is random too, since whoever takes the first examples means any.
 */
export function splitTwoPools(
  pools: { readonly train: ImagePool; readonly test: ImagePool },
  spec: ImageSpec,
  validation: number,
  stream: RandomStream,
): Splits {
  const size = exampleSize(spec);
  const [seen, held] = [pools.train.pixels.length / size, pools.test.pixels.length / size];
  const own = { train: seen - validation, validation, test: 0 };
  const { train, validation: kept } = splitPool(pools.train, spec, own, stream.derive('training file'));
  const { test } = splitPool(pools.test, spec, { train: 0, validation: 0, test: held }, stream.derive('test file'));
  return { train, validation: kept, test };
}
