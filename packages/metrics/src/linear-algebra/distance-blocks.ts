import { productOfRows } from '@kindred/engine';
import { centredRows, frameOf, squaredLengths } from './centred-rows.ts';
import { packed, packedIndex, squaredDistances, tileSize, type Packed } from './packed.ts';
import { gathered, type Rows } from './rows.ts';

/**
 * Rows made ready for distances. Distances are spoken of as halves, h = scale |x - y|^2 / 2: their bounds are then one addition from a
 * dot product p of the centred rows, low_x + low_y - p <= h <= high_x + high_y - p.
 */
export interface PreparedRows {
  readonly source: Rows;
  /** Centred float32 rows for products; null where there are too many columns for the sums of products to be bounded. */
  readonly centred: Float32Array | null;
  /** h of a squared distance is this times the squared distance: a power of two, so no digit is lost either way. */
  readonly half: number;
  readonly bounds: Bounds;
}

/** What a row adds to the lower and to the upper bound of each of its h, [rows]. */
export interface Bounds {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** What is known of the h of a few rows of one set and a few rows of another. */
export interface DistanceBlock {
  /** The rows of the first set: `start` ... `start + count - 1`. */
  readonly rows: { readonly start: number; readonly count: number };
  /** The rows of the second set. */
  readonly columns: { readonly start: number; readonly count: number };
  /** p of row i and column j of the block: `products[i * stride + j]`. Overwritten by the next block. */
  readonly products: Float32Array | Float64Array;
  readonly stride: number;
  /** Whether p is -h itself, as float64 sums it: then all bounds are 0. */
  readonly exact: boolean;
  readonly left: Bounds;
  readonly right: Bounds;
}

/** A block of products: 1 MB, which stays in the second-level cache until it is read. */
const blockRows = 256;
const blockColumns = 1024;

/** Unit of rounding in float32. */
const unit = 2 ** -24;

/**
 * Makes sets of rows ready to be compared with each other and within themselves.
 *
 * The bounds. Let x, y be rows, moved by the centre and stretched by the scale s (a power of two) without rounding; x', y' what they
 * become in float32; u = 2^-24, d the number of columns; N = |x'|^2 + |y'|^2.
 *
 * 1. Rounding moves each value by at most u of itself, so | |x - y| - |x' - y'| | <= u (|x| + |y|), and with |x' - y'| <= |x'| + |y'|
 *    and (|x'| + |y'|)^2 <= 2 N the squared distance moves by at most 4 u N, up to a factor 1 + 2^-20.
 * 2. The product p of x' and y', summed in any order, is off by at most gamma |x'| |y'| <= gamma N / 2, gamma = d u / (1 - d u); 2 p by
 *    gamma N.
 * 3. Squared lengths, the bounds themselves, and the sums of squared differences that count as exact are all of float64: d 2^-51 N.
 * 4. Values too small for float32 (below 2^-126, where the largest is 1) lose at most d 2^-120 in all.
 *
 * So |x - y|^2 = N - 2 p within (gamma + 4 u) N + d 2^-120, up to a factor 1 + 2^-18; here twice that is taken.
 *
 * @param sets equally many columns
 */
export function prepareRows<const S extends readonly Rows[]>(sets: S): { [I in keyof S]: PreparedRows } {
  return prepared(sets) as { [I in keyof S]: PreparedRows };
}

function prepared(sets: readonly Rows[]): PreparedRows[] {
  const columns = sets[0]?.columns ?? 0;
  if (columns * unit > 1 / 8) {
    return sets.map((source) => ({ source, centred: null, half: 0.5, bounds: noBounds(source.rows) }));
  }
  const frame = frameOf(sets);
  const relative = 2 * ((columns * unit) / (1 - columns * unit) + 4 * unit);
  const absolute = 2 * columns * 2 ** -120;
  return sets.map((source) => {
    const centred = centredRows(source, frame);
    const lengths = squaredLengths({ ...source, data: centred });
    const low = lengths.map((length) => ((1 - relative) * length - absolute) / 2);
    const high = lengths.map((length) => ((1 + relative) * length + absolute) / 2);
    return { source, centred, half: frame.scale ** 2 / 2, bounds: { low, high } };
  });
}

/** Some of the rows, prepared as all of them are: their distances from these are the same numbers. */
export function pickedRows({ source, centred, half, bounds }: PreparedRows, chosen: Int32Array): PreparedRows {
  return {
    source: gathered(source, chosen),
    centred: centred && gathered({ ...source, data: centred }, chosen).data,
    half,
    bounds: {
      low: gathered({ data: bounds.low, columns: 1 }, chosen).data,
      high: gathered({ data: bounds.high, columns: 1 }, chosen).data,
    },
  };
}

function noBounds(rows: number): Bounds {
  const zeros = new Float64Array(rows);
  return { low: zeros, high: zeros };
}

/**
 * One pair cost about three times as much to look up exactly as it does in a tile of its own: from this share on, tiles are taken. So the
 * exact work stays within a fifth of what it would be to sum all distances in float64.
 */
const mostLookedUp = 1 / 16;

/** The distances between all rows of two sets, a block at a time, and any of them exactly: the whole matrix is never in memory. */
export class DistanceBlocks {
  readonly a: PreparedRows;
  readonly b: PreparedRows;
  readonly #none: Bounds;
  #seen = 0;
  #lookedUp = 0;

  /** @param b prepared together with `a`; for distances within a set, `a` itself */
  constructor(a: PreparedRows, b: PreparedRows) {
    this.a = a;
    this.b = b;
    this.#none = noBounds(Math.max(a.source.rows, b.source.rows));
  }

  /** h of row i of the first and row j of the second set: differences squared and summed in float64, the same bits wherever the two stand. */
  exactly(i: number, j: number): number {
    const { data, columns } = this.a.source;
    const others = this.b.source.data;
    this.#lookedUp++;
    let sum = 0;
    for (let p = i * columns, q = j * columns, end = p + columns; p < end; p++, q++) {
      const difference = (data[p] ?? 0) - (others[q] ?? 0);
      sum += difference * difference;
    }
    return sum * this.a.half;
  }

  /**
   * Blocks in turn, row of blocks by row of blocks: products with bounds, which pay from two columns on, or exact tiles where the bounds have
   * left too much open (rows that lie in tight groups far apart, or on top of each other).
   *
   * @param upper with both sets the same: leave out what lies below the diagonal; blocks on it hold pairs from below it too
   */
  async *blocks({ upper = false } = {}): AsyncGenerator<DistanceBlock> {
    const [m, n] = [this.a.source.rows, this.b.source.rows];
    const values = new Float32Array(this.a.centred ? Math.min(m, blockRows) * Math.min(n, blockColumns) : 0);
    for (let i = 0; i < m; i += blockRows) {
      const rows = { start: i, count: Math.min(blockRows, m - i) };
      for (let j = upper ? i : 0; j < n; j += blockColumns) {
        const columns = { start: j, count: Math.min(blockColumns, n - j) };
        if (this.#lookedUp > this.#seen * mostLookedUp || !this.a.centred || !this.b.centred) {
          yield* this.#tiles(rows, columns, upper);
        } else {
          const size = { rows: rows.count, columns: columns.count, depth: this.a.source.columns };
          const products = await productOfRows(
            part(this.a.centred, rows, size.depth),
            part(this.b.centred, columns, size.depth),
            size,
            values.subarray(0, rows.count * columns.count),
          );
          const [left, right] = [this.a.bounds, this.b.bounds];
          yield { rows, columns, products, stride: columns.count, exact: false, left, right };
        }
        this.#seen += rows.count * columns.count;
      }
    }
  }

  *#tiles(rows: Range, columns: Range, upper: boolean): Generator<DistanceBlock> {
    const products = new Float64Array(tileSize * tileSize);
    for (const tall of tilesOf(rows)) {
      const top = packedRows(this.a.source, tall);
      for (const wide of tilesOf(columns)) {
        if (upper && wide.start + wide.count <= tall.start) continue;
        squaredDistances(top, packedRows(this.b.source, wide), { values: products, offset: 0, stride: tileSize });
        for (let at = 0; at < products.length; at++) products[at] = (products[at] ?? 0) * -this.a.half;
        const bounds = { left: this.#none, right: this.#none };
        yield { rows: tall, columns: wide, products, stride: tileSize, exact: true, ...bounds };
      }
    }
  }
}

type Range = DistanceBlock['rows'];

const part = (data: Float32Array, { start, count }: Range, columns: number): Float32Array =>
  data.subarray(start * columns, (start + count) * columns);

const tilesOf = ({ start, count }: Range): Range[] =>
  Array.from({ length: Math.ceil(count / tileSize) }, (_, i) => ({
    start: start + i * tileSize,
    count: Math.min(tileSize, count - i * tileSize),
  }));

function packedRows({ data, columns }: Rows, { start, count }: Range): Packed {
  const block = packed(count, columns);
  for (let i = 0; i < count; i++) {
    const from = (start + i) * columns;
    for (let k = 0; k < columns; k++) block.values[packedIndex(i, k, columns)] = data[from + k] ?? 0;
  }
  return block;
}
