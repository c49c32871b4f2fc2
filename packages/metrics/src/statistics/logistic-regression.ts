import { timesColumns, timesRows, type Matrix } from '../linear-algebra/matrix-vector.ts';

/** Examples for a logistic regression. */
export interface LabelledRows {
  /** [labels.length, columns], finite, on a scale of about 1. */
  readonly values: Float32Array;
  readonly columns: number;
  /** 1 or 0 for each row. */
  readonly labels: Uint8Array;
}

/** A linear score: positive where label 1 is the more probable one. */
export interface LinearScore {
  readonly weights: Float64Array;
  readonly intercept: number;
}

const [mostRounds, mostHalvings] = [100, 40];
/** A round that promises to lower the loss by no more than this share of it is the last one: the next would do nothing. */
const leastDecrease = 1e-10;

/**
 * Logistic regression: the minimum of the sum over rows of log(1 + exp(-score of the true label)) + ridge / 2 |weights|^2, which is
 * unique, so that the result does not depend on a seed. Newton's method; each step solves the Hessian's equations by conjugate
 * gradients, which need products with the rows alone: no matrix of columns by columns, so that thousands of columns may come.
 *
 * @param ridge positive; the intercept is left out of it. 1 is what scikit-learn's LogisticRegression has by default (C = 1 / ridge)
 * @see Lin et al. 2008, "Trust region Newton method for large-scale logistic regression"
 */
export function logisticRegression({ values, columns, labels }: LabelledRows, ridge: number): LinearScore {
  const rows = { ...matrixOf(values, columns), labels };
  let point = new Float64Array(columns + 1); // the weights, then the intercept
  let here = lossAt(rows, ridge, point);
  for (let round = 0; round < mostRounds; round++) {
    const { gradient, curvatures } = derivatives(rows, ridge, point, here.scores);
    const step = newtonStep(gradient, (vector) => hessianProduct(rows, ridge, curvatures, vector));
    const slope = dot(gradient, step); // negative
    const last = -slope <= leastDecrease * here.loss;
    const next = searched(rows, ridge, { point, step, slope, loss: here.loss });
    if (!next) break; // the loss cannot be told from its minimum
    ({ point, here } = next);
    if (last) break;
  }
  return { weights: point.slice(0, columns), intercept: point[columns] ?? 0 };
}

/** Scores of all rows: rows times the weights, plus the intercept. */
export function scoresOf(values: Float32Array, { weights, intercept }: LinearScore): Float64Array {
  return scores(matrixOf(values, weights.length), weights, intercept);
}

/** The examples in float64, as products want them. */
interface Examples extends Matrix {
  readonly labels: Uint8Array;
}

const matrixOf = (values: Float32Array, columns: number): Matrix => ({
  values: Float64Array.from(values),
  rows: values.length / columns,
  columns,
});

function scores(rows: Matrix, weights: Float64Array, intercept: number): Float64Array {
  const sums = timesColumns(rows, weights, 0);
  for (let row = 0; row < sums.length; row++) sums[row] = (sums[row] ?? 0) + intercept;
  return sums;
}

interface Loss {
  readonly loss: number;
  readonly scores: Float64Array;
}

function lossAt(rows: Examples, ridge: number, point: Float64Array): Loss {
  const weights = point.subarray(0, rows.columns);
  const here = scores(rows, weights, point[rows.columns] ?? 0);
  let loss = (ridge / 2) * dot(weights, weights);
  for (let row = 0; row < here.length; row++) {
    const score = here[row] ?? 0;
    const margin = rows.labels[row] === 1 ? score : -score;
    // log(1 + exp(-m)) without an overflow at large negative m.
    loss += Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(-margin, 0);
  }
  return { loss, scores: here };
}

function derivatives(rows: Examples, ridge: number, point: Float64Array, scores: Float64Array) {
  const probabilities = scores.map((score) => 1 / (1 + Math.exp(-score)));
  const errors = probabilities.map((p, row) => p - (rows.labels[row] ?? 0));
  return {
    gradient: transposedProduct(rows, ridge, errors, point),
    curvatures: probabilities.map((p) => p * (1 - p)),
  };
}

function hessianProduct(rows: Examples, ridge: number, curvatures: Float64Array, vector: Float64Array) {
  const weighted = scores(rows, vector.subarray(0, rows.columns), vector[rows.columns] ?? 0);
  for (let row = 0; row < weighted.length; row++) weighted[row] = (weighted[row] ?? 0) * (curvatures[row] ?? 0);
  return transposedProduct(rows, ridge, weighted, vector);
}

/** Sum over rows of `factors` times the row (1 for the intercept), plus ridge times the weights of `point`. */
function transposedProduct(rows: Matrix, ridge: number, factors: Float64Array, point: Float64Array): Float64Array {
  const { columns } = rows;
  const result = new Float64Array(columns + 1);
  result.set(timesRows(rows, factors, 0));
  for (let j = 0; j < columns; j++) result[j] = (result[j] ?? 0) + ridge * (point[j] ?? 0);
  result[columns] = factors.reduce((sum, factor) => sum + factor, 0);
  return result;
}

/** Solves H step = -gradient by conjugate gradients, the more closely the smaller the gradient. */
function newtonStep(gradient: Float64Array, product: (vector: Float64Array) => Float64Array): Float64Array {
  const step = new Float64Array(gradient.length);
  const residual = gradient.map((value) => -value);
  let direction = residual.slice();
  let size = dot(residual, residual);
  const goal = size * Math.min(0.01, Math.sqrt(size) / gradient.length); // of squared lengths
  for (let i = 0; i < 2 * gradient.length && size > goal; i++) {
    const image = product(direction);
    const curvature = dot(direction, image);
    if (!(curvature > 0)) break; // by rounding only: the ridge keeps it positive
    const far = size / curvature;
    addScaled(step, far, direction);
    addScaled(residual, -far, image);
    const before = size;
    size = dot(residual, residual);
    const kept = size / before;
    direction = residual.map((value, j) => value + kept * (direction[j] ?? 0));
  }
  return step;
}

interface Search {
  readonly point: Float64Array;
  readonly step: Float64Array;
  readonly slope: number;
  readonly loss: number;
}

/** The first of the whole step, its half, its quarter, ... that lowers the loss as Armijo demands; undefined where none does. */
function searched(rows: Examples, ridge: number, { point, step, slope, loss }: Search) {
  for (let i = 0, share = 1; i < mostHalvings; i++, share /= 2) {
    const next = point.slice();
    addScaled(next, share, step);
    const there = lossAt(rows, ridge, next);
    if (there.loss <= loss + 1e-4 * share * slope) return { point: next, here: there };
  }
  return undefined;
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] ?? 0) * (y[i] ?? 0);
  return sum;
}

/** target += factor x */
function addScaled(target: Float64Array, factor: number, x: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + factor * (x[i] ?? 0);
}
