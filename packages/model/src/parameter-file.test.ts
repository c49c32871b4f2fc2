import * as tf from '@tensorflow/tfjs-core';
import { openEngine, type Engine } from '@kindred/engine';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NamedVariables } from './contract.ts';
import { loadParameters, saveParameters } from './parameter-file.ts';
import { countParameters, disposeVariables } from './variables.ts';

let engine: Engine;
let source: NamedVariables;
let target: NamedVariables;

const kernel = (...values: number[]): tf.Variable => tf.variable(tf.tensor2d(values, [1, values.length]));

beforeAll(async () => {
  engine = await openEngine({ kind: 'cpu' });
});
beforeEach(() => {
  source = {
    'dense/kernel': kernel(0.1, -2.5),
    größe: tf.variable(tf.scalar(7, 'int32'), false),
    on: tf.variable(tf.tensor1d([true, false, true])),
  };
  target = {
    'dense/kernel': kernel(0, 0),
    größe: tf.variable(tf.scalar(0, 'int32'), false),
    on: tf.variable(tf.tensor1d([false, true, false])),
  };
  return () => {
    disposeVariables(source);
    disposeVariables(target);
  };
});
afterAll(() => engine.dispose());

describe('parameter files', () => {
  it('give back names, shapes, types and exact values', () => {
    loadParameters(engine, target, saveParameters(engine, source));
    for (const name of Object.keys(source)) expect(engine.read(target[name]!)).toEqual(engine.read(source[name]!));
    expect(target['größe']!.dtype).toBe('int32');
    expect(countParameters(source)).toBe(6);
  });

  it('are laid out as documented', () => {
    const bytes = saveParameters(engine, { on: source['on']!, kernel: source['dense/kernel']! });
    const view = new DataView(bytes.buffer);
    const length = view.getUint32(8, true);
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe('KNDV');
    expect(view.getUint32(4, true)).toBe(1);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(12, 12 + length)))).toEqual([
      { name: 'on', shape: [3], dtype: 'bool' },
      { name: 'kernel', shape: [1, 2], dtype: 'float32' },
    ]);
    expect([...bytes.subarray(12 + length, 15 + length)]).toEqual([1, 0, 1]);
    expect(view.getFloat32(15 + length, true)).toBe(Math.fround(0.1));
    expect(bytes).toHaveLength(12 + length + 3 + 8);
  });

  it('list every difference to the model and then set nothing', () => {
    const bytes = saveParameters(engine, source);
    const other: NamedVariables = { 'dense/kernel': kernel(0, 0, 0), bias: kernel(1), on: target['on']! };
    expect(() => loadParameters(engine, other, bytes)).toThrow(
      /bias: not in the file[^]*dense\/kernel: float32 \[1, 2\] in the file, float32 \[1, 3\] in the model[^]*größe: not in the model/,
    );
    expect([...engine.read(other['on']!)]).toEqual([0, 1, 0]);
    disposeVariables({ a: other['dense/kernel']!, b: other['bias']! });
  });

  it.each([
    { name: 'another file', bytes: () => Uint8Array.from({ length: 40 }, (_, i) => i), message: /no parameter file/ },
    { name: 'an empty file', bytes: () => new Uint8Array(0), message: /no parameter file/ },
    {
      name: 'a file cut short',
      bytes: () => saveParameters(engine, source).slice(0, -1),
      message: /bytes, its header says/,
    },
    {
      name: 'a file cut in its header',
      bytes: () => saveParameters(engine, source).slice(0, 20),
      message: /ends inside its header/,
    },
    {
      name: 'another version',
      bytes: () => saveParameters(engine, source).map((byte, i) => (i === 4 ? 9 : byte)),
      message: /format 9, this version reads 1/,
    },
  ])('refuse $name', ({ bytes, message }) => {
    expect(() => loadParameters(engine, target, bytes())).toThrow(message);
  });
});
