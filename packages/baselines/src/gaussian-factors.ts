import * as tf from '@tensorflow/tfjs-core';

/** Lower triangular matrices of size d, one for each of K Gaussians: the entry in row i and column j <= i is [K]. */
export type Factors = readonly (readonly tf.Tensor[])[];

const entry = <T>(list: readonly T[] | undefined, index: number): T => {
  const found = list?.[index];
  if (found === undefined) throw new RangeError(`a triangular matrix has no entry ${index} there.`);
  return found;
};

/** Rounding may take a square of the diagonal to 0 or below; float32 still divides by the root of this. */
const least = 1e-12;

/** The Cholesky factors of covariances, given as their lower triangles. d is a few, so the loop is written out. */
export function choleskyFactors(covariances: Factors): Factors {
  const factors: tf.Tensor[][] = [];
  for (const [i, row] of covariances.entries()) {
    const found: tf.Tensor[] = [];
    for (const [j, covariance] of row.entries()) {
      const other = j === i ? found : entry(factors, j);
      let rest = covariance;
      for (let k = 0; k < j; k++) rest = tf.sub(rest, tf.mul(entry(found, k), entry(other, k)));
      found.push(j === i ? tf.sqrt(tf.maximum(rest, least)) : tf.div(rest, entry(other, j)));
    }
    factors.push(found);
  }
  return factors;
}

/** The factors of a tensor [K, d, d]; what is above the diagonal is not read. */
export function factorsOf(tensor: tf.Tensor): Factors {
  const [count = 1, size = 1] = tensor.shape;
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: i + 1 }, (_, j) => tf.reshape(tf.slice(tensor, [0, i, j], [count, 1, 1]), [count])),
  );
}

/** [K, d, d], zeros above the diagonal. */
export function tensorOf(factors: Factors): tf.Tensor {
  const size = factors.length;
  const rows = factors.map((row) => {
    const zeros = Array.from({ length: size - row.length }, () => tf.zerosLike(entry(row, 0)));
    return tf.stack([...row, ...zeros], 1); // [K, d]
  });
  return tf.stack(rows, 1);
}

/**
 * log N(x; mean, L L^T) of x [N, d] for each of K Gaussians: [N, K], nats. With y = L^-1 (x - mean), which forward substitution gives, it is
 * -(|y|^2 + d log(2 pi)) / 2 - sum of log L_ii; no determinant and no inverse is formed.
 */
export function gaussianLogDensities(x: tf.Tensor, means: tf.Tensor, factors: Factors): tf.Tensor {
  const [count = 1, size = 1] = x.shape;
  const column = (values: tf.Tensor, i: number, shape: number[]): tf.Tensor =>
    tf.reshape(tf.slice(values, [0, i], [-1, 1]), shape);
  const solved: tf.Tensor[] = []; // [N, K] each
  for (const [i, row] of factors.entries()) {
    let rest = tf.sub(column(x, i, [count, 1]), column(means, i, [1, -1]));
    for (const [j, y] of solved.entries()) rest = tf.sub(rest, tf.mul(entry(row, j), y));
    solved.push(tf.div(rest, entry(row, i)));
  }
  const squares = tf.addN(solved.map((y) => tf.square(y)));
  const logVolume = tf.addN(factors.map((row, i) => tf.log(entry(row, i)))); // [K]
  return tf.sub(tf.mul(tf.add(squares, size * Math.log(2 * Math.PI)), -0.5), logVolume);
}
