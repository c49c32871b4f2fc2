import { checkFeatures, type Features } from './features.ts';

/**
 * Share of rows whose most probable class, the first one of equals, is their label: of samples, how often a classifier of real data sees
 * the class that the model was asked for. Higher is better; one good sample of each class over and over scores 1.
 *
 * @param probabilities [rows, classes], at least 1 row; any scores that rank the classes will do
 * @param labels the class of each row, [rows], whole numbers in 0 ... classes - 1
 * @returns 0 ... 1
 * @throws RangeError when probabilities are malformed or not finite, or labels are not as many, or of no class
 * @see Shmelkov, Schmid and Alahari 2018, arXiv:1807.09499 (GAN-test)
 */
export function classAccuracy(probabilities: Features, labels: ArrayLike<number>): number {
  checkFeatures(probabilities, { metric: 'classAccuracy', subject: 'probabilities', minimumRows: 1 });
  const { data, rows, columns } = probabilities;
  if (labels.length !== rows) {
    throw new RangeError(
      `classAccuracy: labels must be one for each row, got ${labels.length} for ${rows} rows; pass the label of each.`,
    );
  }
  for (let row = 0; row < rows; row++) {
    const label = labels[row] ?? -1;
    if (Number.isInteger(label) && label >= 0 && label < columns) continue;
    throw new RangeError(
      `classAccuracy: labels must be whole numbers in 0 ... ${columns - 1}, got ${label} at ${row}; number the classes as the columns are.`,
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
