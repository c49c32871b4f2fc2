import type { Rows } from './rows.ts';

/** A shift and a stretch that bring sets of rows to where float32 keeps the most digits of their differences. */
export interface Frame {
  /** [columns] */
  readonly centre: Float64Array;
  /** A power of two, so that multiplying by it rounds nothing: the largest magnitude comes to lie in 1/2 ... 1. */
  readonly scale: number;
}

/** Rows that the centre is taken from: enough to be near the middle, few enough to sort. */
const sampledRows = 255;

/** Squares of the scale must stay finite. */
const largestExponent = 500;

/**
 * A frame for all the sets together. The centre is the median of each column over rows at even distances: unlike the mean it
 * does not run after outliers. Any centre gives right results, for what rounding costs is reckoned from the centred rows.
 *
 * @param sets at least one row in all, equally many columns
 */
export function frameOf(sets: readonly Rows[]): Frame {
  const columns = sets[0]?.columns ?? 0;
  const centre = new Float64Array(columns);
  const places = sampledPlaces(sets);
  const values = new Float64Array(places.length);
  for (let j = 0; j < columns; j++) {
    places.forEach(({ data, row }, i) => (values[i] = data[row * columns + j] ?? 0));
    centre[j] = values.sort()[places.length >> 1] ?? 0;
  }
  const largest = sets.reduce((most, rows) => Math.max(most, farthest(rows, centre)), 0);
  const exponent = largest === 0 ? 0 : Math.ceil(Math.log2(largest));
  return { centre, scale: 2 ** -Math.max(-largestExponent, Math.min(exponent, largestExponent)) };
}

/** The largest distance of a value from the centre of its column. */
function farthest({ data, columns }: Rows, centre: Float64Array): number {
  let largest = 0;
  for (let at = 0; at < data.length;) {
    for (let j = 0; j < columns; j++, at++) {
      const magnitude = Math.abs((data[at] ?? 0) - (centre[j] ?? 0));
      if (magnitude > largest) largest = magnitude;
    }
  }
  return largest;
}

function sampledPlaces(sets: readonly Rows[]): { data: Rows['data']; row: number }[] {
  const total = sets.reduce((sum, { rows }) => sum + rows, 0);
  const step = Math.max(1, total / sampledRows);
  return sets.flatMap(({ data, rows }) =>
    Array.from({ length: Math.ceil(rows / step) }, (_, i) => ({ data, row: Math.floor(i * step) })),
  );
}

/** (row - centre) times scale, [rows, columns], each value rounded to float32. */
export function centredRows({ data, rows, columns }: Rows, { centre, scale }: Frame): Float32Array {
  const values = new Float32Array(rows * columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) values[at] = ((data[at] ?? 0) - (centre[j] ?? 0)) * scale;
  }
  return values;
}

/** Sum of squares of each row, [rows], in float64. */
export function squaredLengths({ data, rows, columns }: Rows): Float64Array {
  const lengths = new Float64Array(rows);
  for (let i = 0, at = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++, at++) sum += (data[at] ?? 0) ** 2;
    lengths[i] = sum;
  }
  return lengths;
}
