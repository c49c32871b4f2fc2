import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toOnnx } from '../onnx/to-onnx.ts';
import { given, program } from '../program.ts';
import { trace } from '../trace/trace.ts';
import { openOnnxModel } from './onnx-model-file.ts';

describe('openOnnxModel', () => {
  let folder: string;
  let file: string;
  const inputs = { x: given([2, 3]), rows: given([2], 'int32') };
  const model = toOnnx(
    trace(
      program('twice', inputs, ({ x, rows }) => ({
        double: tf.mul(x, 2),
        positive: tf.greater(x, 0),
        next: tf.add(rows, tf.scalar(1, 'int32')),
      })),
    ),
    { names: 'own' },
  );
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kindred-onnx-'));
    file = join(folder, 'twice.onnx');
    await writeFile(file, model.bytes);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('says what goes in and comes out, and runs it', async () => {
    const opened = await openOnnxModel(file);
    expect(opened.inputs).toEqual([
      { name: 'x', dtype: 'float32', shape: [2, 3] },
      { name: 'rows', dtype: 'int32', shape: [2] },
    ]);
    expect(opened.outputs.map(({ name }) => name)).toEqual(['double', 'positive', 'next']);
    expect(opened.digest).toBe(createHash('sha256').update(model.bytes).digest('hex'));
    const x = { values: Float32Array.of(1, -2, 3, 0, -5, 6), shape: [2, 3] };
    const results = await opened.run({ x, rows: { values: Int32Array.of(7, 8), shape: [2] } }, [
      'double',
      'positive',
      'next',
    ]);
    expect(results).toEqual({
      double: { values: x.values.map((value) => 2 * value), shape: [2, 3] },
      positive: { values: Uint8Array.of(1, 0, 1, 0, 0, 1), shape: [2, 3] },
      next: { values: Int32Array.of(8, 9), shape: [2] },
    });
    await opened.dispose();
    await expect(opened.run({ x }, ['double'])).rejects.toThrow('twice.onnx has been disposed; open it again');
  });

  it('names the file in every error', async () => {
    const missing = join(folder, 'missing.onnx');
    await expect(openOnnxModel(missing)).rejects.toThrow(`ONNX model ${missing} cannot be read; check the path`);
    const broken = join(folder, 'broken.onnx');
    await writeFile(broken, 'no model at all');
    await expect(openOnnxModel(broken)).rejects.toThrow(/broken\.onnx is refused by ONNX Runtime/);
    const opened = await openOnnxModel(file);
    const x = { values: new Float32Array(3), shape: [3] };
    await expect(opened.run({ x, rows: { values: new Int32Array(2), shape: [2] } }, ['double'])).rejects.toThrow(
      /twice\.onnx does not run/,
    );
    await expect(opened.run({ x: { ...x, shape: [4] } }, ['double'])).rejects.toThrow('needs 4 values, got 3');
    await opened.dispose();
  });
});
