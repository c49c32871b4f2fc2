/** Throws where a conditional model is asked for something without the class of each example. */
export function checkLabels(
  asker: string,
  labels: Int32Array | undefined,
  count: number,
): asserts labels is Int32Array {
  if (labels?.length === count) return;
  const got = labels ? `${labels.length} labels` : 'none';
  throw new Error(
    `${asker}: the model is class-conditional and expects \`labels\` [${count}], got ${got}; pass one class per example.`,
  );
}

/** The labels of one batch, [size]: those from `start` on; behind the last one, the first of the batch again. */
export function labelsFrom(labels: Int32Array, start: number, size: number): Int32Array {
  const batch = new Int32Array(size).fill(labels[start] ?? 0);
  batch.set(labels.subarray(start, start + size));
  return batch;
}
