import type { Features } from './features.ts';

/**
 * Share of rows whose most probable class, the first one of equals, is their label.
 *
 * @param probabilities [rows, classes]
 * @param labels the class of each row, [rows]
 * @returns 0 ... 1
 * @throws RangeError where there are no rows, or not as many labels
 */
export function classAccuracy({ data, rows, columns }: Features, labels: ArrayLike<number>): number {
  if (rows === 0 || labels.length !== rows) {
    throw new RangeError(
      `classAccuracy: expects a label for each row and at least one, got ${labels.length} for ${rows} rows.`,
    );
  }
  let hits = 0;
  for (let row = 0; row < rows; row++) {
    if (argmax(data.subarray(row * columns, (row + 1) * columns)) === labels[row]) hits++;
  }
  return hits / rows;
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}
