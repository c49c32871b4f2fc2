import { productOfRows } from '@kindred/engine';
import { solvePositive } from '../linear-algebra/solve-positive.ts';
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
/** Up to so many columns the Hessian is made and factored, which is faster there. */
const mostFactored = 512;

/**
 * Logistic regression: the minimum of the sum over rows of log(1 + exp(-score of the true label)) + ridge / 2 |weights|^2, which is
 * unique, so that the result does not depend on a seed. Newton's method; each step solves the Hessian's equations: those of few columns by
 * its factor, others by conjugate gradients, which need products with the rows alone: no matrix of columns by columns, so that
 * thousands of columns may come.
 *
 * @param ridge positive; the intercept is left out of it. 1 is what scikit-learn's LogisticRegression has by default (C = 1 / ridge)
 * @see Lin et al. 2008, "Trust region Newton method for large-scale logistic regression"
 */
export async function logisticRegression(rows: LabelledRows, ridge: number): Promise<LinearScore> {
  const { columns, labels } = rows;
  const examples = { ...turnedOver(rows), labels };
  let point = new Float64Array(columns + 1); // the weights, then the intercept
  let here = lossAt(examples, ridge, point);
  for (let round = 0; round < mostRounds; round++) {
    const { gradient, curvatures } = derivatives(examples, ridge, point, here.scores);
    const step =
      (columns <= mostFactored ? await factoredStep(examples, ridge, curvatures, gradient) : undefined) ??
      newtonStep(gradient, (vector) => hessianProduct(examples, ridge, curvatures, vector));
    const slope = dot(gradient, step); // negative
    const last = -slope <= leastDecrease * here.loss;
    const next = searched(examples, ridge, { point, step, slope, loss: here.loss });
    if (!next) break; // the loss cannot be told from its minimum
    ({ point, here } = next);
    if (last) break;
  }
  return { weights: point.slice(0, columns), intercept: point[columns] ?? 0 };
}

/** Scores of all rows: rows times the weights, plus the intercept. */
export function scoresOf(values: Float32Array, { weights, intercept }: LinearScore): Float64Array {
  const columns = weights.length;
  const matrix = { values: new Float64Array(values), rows: values.length / columns, columns };
  return timesColumns(matrix, weights, 0).map((score) => score + intercept);
}

/** Examples turned over, in float64: a row for each of their columns, then a row of ones, which the intercept is the weight of. */
interface Examples extends Matrix {
  readonly labels: Uint8Array;
}

function turnedOver({ values, columns, labels }: LabelledRows): Matrix {
  const count = labels.length;
  const turned = new Float64Array((columns + 1) * count).fill(1);
  for (let j = 0, to = 0; j < columns; j++) {
    for (let i = 0, from = j; i < count; i++, from += columns, to++) turned[to] = values[from] ?? 0;
  }
  return { values: turned, rows: columns + 1, columns: count };
}

interface Loss {
  readonly loss: number;
  readonly scores: Float64Array;
}

function lossAt(examples: Examples, ridge: number, point: Float64Array): Loss {
  const scores = timesRows(examples, point, 0);
  const weights = point.subarray(0, -1);
  let loss = (ridge / 2) * dot(weights, weights);
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] ?? 0;
    const margin = examples.labels[row] === 1 ? score : -score;
    // log(1 + exp(-m)) without an overflow at large negative m.
    loss += Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(-margin, 0);
  }
  return { loss, scores };
}

function derivatives(examples: Examples, ridge: number, point: Float64Array, scores: Float64Array) {
  const probabilities = scores.map((score) => 1 / (1 + Math.exp(-score)));
  const errors = probabilities.map((p, row) => p - (examples.labels[row] ?? 0));
  return {
    gradient: withRidge(timesColumns(examples, errors, 0), ridge, point),
    curvatures: probabilities.map((p) => p * (1 - p)),
  };
}

function hessianProduct(examples: Examples, ridge: number, curvatures: Float64Array, vector: Float64Array) {
  const weighted = timesRows(examples, vector, 0);
  for (let row = 0; row < weighted.length; row++) weighted[row] = (weighted[row] ?? 0) * (curvatures[row] ?? 0);
  return withRidge(timesColumns(examples, weighted, 0), ridge, vector);
}

/** Adds the ridge times the weights of a point to sums, which it changes. */
function withRidge(sums: Float64Array, ridge: number, point: Float64Array): Float64Array {
  for (let j = 0; j + 1 < sums.length; j++) sums[j] = (sums[j] ?? 0) + ridge * (point[j] ?? 0);
  return sums;
}

/** Solves H step = -gradient by the factor of H; undefined where rounding, or curvatures of 0, leave H without one. */
async function factoredStep(
  { values, rows: size, columns: count }: Examples,
  ridge: number,
  curvatures: Float64Array,
  gradient: Float64Array,
): Promise<Float64Array | undefined> {
  const weighted = new Float64Array(values.length);
  for (let at = 0; at < values.length;) {
    for (let i = 0; i < count; i++, at++) weighted[at] = (values[at] ?? 0) * (curvatures[i] ?? 0);
  }
  const hessian = await productOfRows(values, weighted, { rows: size, columns: size, depth: count });
  for (let j = 0, at = 0; j + 1 < size; j++, at += size + 1) hessian[at] = (hessian[at] ?? 0) + ridge;
  const step = gradient.map((value) => -value);
  return solvePositive(hessian, step) ? step : undefined;
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
function searched(examples: Examples, ridge: number, { point, step, slope, loss }: Search) {
  for (let i = 0, share = 1; i < mostHalvings; i++, share /= 2) {
    const next = point.slice();
    addScaled(next, share, step);
    const there = lossAt(examples, ridge, next);
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
