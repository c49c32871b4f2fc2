import * as tf from '@tensorflow/tfjs-core';

/**
 * The seeds of k-means++: rows one after another, each drawn with a probability proportional to its squared distance to the nearest seed so far, the
 * first one evenly.
 *
 * @param rows [M, size]; the last one must be in use
 * @param used 1 for rows in use, 0 for others: [M]
 * @param u numbers from U[0, 1), one for each seed: [seeds]
 * @returns [seeds, size]
 * @see Arthur and Vassilvitskii 2007, "k-means++: the advantages of careful seeding"
 */
export function kMeansSeeds(rows: tf.Tensor, used: tf.Tensor, u: tf.Tensor): tf.Tensor {
  const [count = 1] = rows.shape;
  const seeds: tf.Tensor[] = [];
  let weights = used; // [M]
  let nearest: tf.Tensor | null = null; // [M], squared distances
  for (const lot of tf.unstack(u)) {
    const sums = tf.cumsum(weights, 0);
    const total = tf.slice(sums, [count - 1], [1]);
    const passed = tf.sum(tf.cast(tf.lessEqual(sums, tf.mul(lot, total)), 'int32'));
    // Where all rows are seeds already the sum is 0, and the last row is drawn again.
    const seed = tf.gather(rows, tf.reshape(tf.minimum(passed, tf.scalar(count - 1, 'int32')), [1])); // [1, size]
    const squares = tf.sum(tf.square(tf.sub(rows, seed)), 1);
    nearest = nearest === null ? squares : tf.minimum(nearest, squares);
    weights = tf.mul(used, nearest);
    seeds.push(seed);
  }
  return tf.concat(seeds);
}
