import * as tf from '@tensorflow/tfjs-core';
import type { DType } from '../program.ts';
import type { OpCase } from './op-case.ts';
import { broadcastable, shapeOf } from './seeded.ts';

type UnaryOp = (x: tf.Tensor) => tf.Tensor;

const unary = (
  name: string,
  op: UnaryOp,
  {
    order = 2,
    low = -3,
    high = 3,
    dtype = 'float32' as DType,
  }: Partial<{ order: 0 | 1 | 2; low: number; high: number; dtype: DType }> = {},
): OpCase => ({
  name,
  order,
  draw: (draw) => ({ inputs: [{ shape: shapeOf(draw), low, high, dtype }], op: (x) => op(x as tf.Tensor) }),
});

type BinaryOp = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const binary = (
  name: string,
  op: BinaryOp,
  {
    order = 2,
    low = -3,
    high = 3,
    dtype = 'float32' as DType,
  }: Partial<{ order: 0 | 1 | 2; low: number; high: number; dtype: DType }> = {},
): OpCase => ({
  name,
  order,
  draw: (draw) => {
    const shape = shapeOf(draw);
    const shapes = draw() < 0.5 ? [shape, broadcastable(draw, shape)] : [broadcastable(draw, shape), shape];
    return {
      inputs: shapes.map((s) => ({ shape: s, low, high, dtype })),
      op: (a, b) => op(a as tf.Tensor, b as tf.Tensor),
    };
  },
});

const unaryCases: OpCase[] = [
  unary('abs', tf.abs),
  unary('acos', tf.acos, { low: -0.9, high: 0.9 }),
  unary('acosh', tf.acosh, { low: 1.2 }),
  unary('asin', tf.asin, { low: -0.9, high: 0.9 }),
  unary('asinh', tf.asinh),
  unary('atan', tf.atan),
  unary('atanh', tf.atanh, { low: -0.9, high: 0.9 }),
  unary('ceil', tf.ceil, { order: 1 }),
  unary('clipByValue', (x) => tf.clipByValue(x, -1, 1.5)),
  unary('cos', tf.cos),
  unary('cosh', tf.cosh),
  unary('elu', tf.elu, { order: 1 }),
  unary('erf', tf.erf),
  unary('exp', tf.exp),
  unary('expm1', tf.expm1),
  unary('expm1 of small', tf.expm1, { low: -1e-5, high: 1e-5 }),
  unary('floor', tf.floor, { order: 1 }),
  unary('isFinite', tf.isFinite, { order: 0 }),
  unary('isInf', tf.isInf, { order: 0 }),
  unary('isNaN', tf.isNaN, { order: 0 }),
  unary('leakyRelu', (x) => tf.leakyRelu(x, 0.3)),
  unary('log', tf.log, { low: 0.1 }),
  unary('log1p', tf.log1p, { low: -0.9 }),
  unary('log1p of small', tf.log1p, { low: -1e-5, high: 1e-5 }),
  unary('neg', tf.neg),
  unary('reciprocal', tf.reciprocal, { low: 0.3 }),
  unary('relu', tf.relu),
  unary('relu6', (x) => tf.relu6(tf.mul(x, 4))),
  unary('round', tf.round, { order: 1 }),
  unary('rsqrt', tf.rsqrt, { low: 0.3 }),
  unary('selu', tf.selu),
  unary('sigmoid', tf.sigmoid),
  unary('sign', tf.sign, { order: 1 }),
  unary('sin', tf.sin),
  unary('sinh', tf.sinh),
  unary('softplus', tf.softplus),
  unary('sqrt', tf.sqrt, { low: 0.3 }),
  unary('square', tf.square),
  unary('step', (x) => tf.step(x, 0.1), { order: 1 }),
  unary('tan', tf.tan, { low: -1, high: 1 }),
  unary('tanh', tf.tanh),
  unary('abs of int32', tf.abs, { order: 0, dtype: 'int32', low: -9, high: 9 }),
  unary('logicalNot', tf.logicalNot, { order: 0, dtype: 'bool' }),
  unary('cast to int32', (x) => tf.cast(x, 'int32'), { order: 0 }),
  unary('cast to bool', (x) => tf.cast(x, 'bool'), { order: 0, dtype: 'int32', low: -1, high: 1 }),
  unary('cast from bool', (x) => tf.cast(x, 'float32'), { order: 0, dtype: 'bool' }),
  unary('zerosLike', tf.zerosLike, { order: 1 }),
  unary('onesLike', tf.onesLike, { order: 1 }),
  unary('fill', (x) => tf.add(x, tf.fill([1], 2.5)), { order: 1 }),
  unary('range', (x) => tf.add(x, tf.sum(tf.range(2, 9, 2))), { order: 1 }),
];

const binaryCases: OpCase[] = [
  binary('add', tf.add),
  binary('sub', tf.sub),
  binary('mul', tf.mul),
  binary('div', tf.div, { low: 0.5 }),
  binary('maximum', tf.maximum),
  binary('minimum', tf.minimum),
  binary('pow', tf.pow, { low: 0.3, high: 2 }),
  binary('squaredDifference', tf.squaredDifference),
  binary('floorDiv', tf.floorDiv, { order: 0, low: 0.5 }),
  binary('floorDiv of int32', tf.floorDiv, { order: 0, dtype: 'int32', low: 1, high: 20 }),
  binary('add of int32', tf.add, { order: 0, dtype: 'int32', low: -9, high: 9 }),
  binary('mul of int32', tf.mul, { order: 0, dtype: 'int32', low: -9, high: 9 }),
  binary('maximum of int32', tf.maximum, { order: 0, dtype: 'int32', low: -9, high: 9 }),
  binary('equal', tf.equal, { order: 0, dtype: 'int32', low: 0, high: 2 }),
  binary('notEqual', tf.notEqual, { order: 0, dtype: 'int32', low: 0, high: 2 }),
  binary('greater', tf.greater, { order: 0 }),
  binary('greaterEqual', tf.greaterEqual, { order: 0, dtype: 'int32', low: 0, high: 2 }),
  binary('less', tf.less, { order: 0 }),
  binary('lessEqual', tf.lessEqual, { order: 0, dtype: 'int32', low: 0, high: 2 }),
  binary('logicalAnd', tf.logicalAnd, { order: 0, dtype: 'bool' }),
  binary('logicalOr', tf.logicalOr, { order: 0, dtype: 'bool' }),
  binary('where', (a, b) => tf.where(tf.greater(a, b), tf.mul(a, 2), tf.mul(b, a))),
  {
    name: 'prelu',
    order: 1,
    draw: (draw) => {
      const shape = shapeOf(draw, 3);
      return {
        inputs: [{ shape }, { shape: shape.slice(1) }],
        op: (x, alpha) => tf.prelu(x as tf.Tensor, alpha as tf.Tensor),
      };
    },
  },
  {
    name: 'addN',
    order: 2,
    draw: (draw) => {
      const shape = shapeOf(draw);
      return { inputs: [{ shape }, { shape }, { shape }], op: (...list) => tf.addN(list) };
    },
  },
];

/** Ops that work element by element: one operand, or two that broadcast. */
export const elementwiseCases: readonly OpCase[] = [...unaryCases, ...binaryCases];
