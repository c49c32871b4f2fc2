import { fromBinary } from '@bufbuild/protobuf';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../open-engine.ts';
import { batch, given, normal, program, schedule } from '../program.ts';
import { ModelProtoSchema } from './onnx_pb.ts';

/** A generator of one layer, and a program that trains its weights. */
function small(suffix: string) {
  const w = tf.variable(tf.tensor2d([1, 2, 3, 4], [2, 2]), true, `w${suffix}`);
  const b = tf.variable(tf.tensor1d([0.5, -0.5]), true, `b${suffix}`);
  const sampler = program(`sampler${suffix}`, { z: normal([3, 2]) }, ({ z }) => ({
    samples: tf.tanh(tf.add(tf.matMul(z as tf.Tensor2D, w), b)),
  }));
  const step = program(`step${suffix}`, { x: batch([2]), rate: schedule(() => 0.1) }, ({ x, rate }) => {
    b.assign(tf.sub(b, tf.mul(rate, tf.sub(b, x))) as tf.Tensor1D);
    return { distance: tf.sum(tf.abs(tf.sub(b, x))) };
  });
  return { w, b, sampler, step };
}

const z = Float32Array.of(0.1, -0.2, 0.3, 0.4, -0.5, 0.6);

describe('toOnnx of a compiled program', () => {
  it('baked: one file with the present weights, that plain ONNX Runtime runs to the same numbers', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const { sampler, step, b } = small('-baked');
    const sample = await engine.compile(sampler);
    const train = await engine.compile(step);
    for (let i = 0; i < 3; i++) await train.run({ x: Float32Array.of(1, 2), rate: Float32Array.of(0.1) });
    const file = sample.toOnnx({ weights: 'baked' });
    const expected = (await sample.run({ z })).samples;
    await engine.dispose();

    const session = await InferenceSession.create(file.bytes);
    expect(session.inputNames).toEqual(['z']);
    expect(session.outputNames).toEqual(['samples']);
    const results = await session.run({ z: new Tensor('float32', z, [3, 2]) });
    expect(results['samples']!.data).toEqual(expected);
    expect(results['samples']!.dims).toEqual([3, 2]);
    const { graph } = fromBinary(ModelProtoSchema, file.bytes);
    const bias = graph?.initializer.find(({ name }) => name === 'b-baked');
    const baked = new Float32Array(Uint8Array.from(bias!.rawData).buffer);
    expect(baked[0]).toBeCloseTo(1 - 0.5 * 0.9 ** 3, 6); // three steps of b += 0.1 (x - b) from 0.5
    expect(b.dataSync()[0]).toBe(0.5); // as it was when it was compiled: the engine holds the trained values
  });

  it('inputs: state goes in and comes out by the names of the variables', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const { step } = small('-state');
    const file = (await engine.compile(step)).toOnnx();
    await engine.dispose();
    expect(file.inputs).toEqual({ x: 'x', rate: 'rate' });
    expect(file.outputs).toEqual({ distance: 'distance' });
    expect(file.variables).toEqual([{ name: 'b-state', input: 'b-state', output: 'b-state.new' }]);

    const session = await InferenceSession.create(file.bytes);
    let state: Tensor = new Tensor('float32', Float32Array.of(0.5, -0.5), [2]);
    const x = new Tensor('float32', Float32Array.of(1, 2), [2]);
    const rate = new Tensor('float32', Float32Array.of(0.1), []);
    for (let i = 0; i < 3; i++) state = (await session.run({ x, rate, 'b-state': state }))['b-state.new']!;
    expect(state.data[1]).toBeCloseTo(2 - 2.5 * 0.9 ** 3, 6);
  });

  it('refuses to bake what the program assigns, and options that do not exist', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const { step } = small('-refused');
    const compiled = await engine.compile(step);
    expect(() => compiled.toOnnx({ weights: 'baked' })).toThrow(
      /program step-refused assigns b-refused, and a file cannot hold state/,
    );
    expect(() => compiled.toOnnx({ weights: 'frozen' as 'baked' })).toThrow(/one of inputs, baked, got frozen/);
    await engine.dispose();
  });

  it('keeps names apart that meet: an input, an output, a variable and the values inside', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const variable = tf.variable(tf.scalar(2), true, 'v0');
    const meet = program('meet', { v0: given([]), v1: given([]), c0: given([]) }, ({ v0, v1, c0 }) => ({
      v0: tf.mul(tf.add(v0, tf.mul(v1, 3)), tf.add(variable, c0)),
      v1,
    }));
    const file = (await engine.compile(meet)).toOnnx();
    await engine.dispose();
    const session = await InferenceSession.create(file.bytes);
    const scalar = (value: number) => new Tensor('float32', Float32Array.of(value), []);
    const feeds = {
      [file.inputs['v0']!]: scalar(1),
      [file.inputs['v1']!]: scalar(10),
      [file.inputs['c0']!]: scalar(5),
      [file.variables[0]!.input!]: scalar(2),
    };
    expect(Object.keys(feeds)).toHaveLength(4);
    const results = await session.run(feeds);
    expect(results[file.outputs['v0']!]!.data[0]).toBe((1 + 30) * (2 + 5));
    expect(results[file.outputs['v1']!]!.data[0]).toBe(10);
    variable.dispose();
  });

  it('writes what the file is, and the same bytes each time', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const compiled = await engine.compile(small('-about').sampler);
    const file = compiled.toOnnx({ weights: 'baked' });
    expect(compiled.toOnnx({ weights: 'baked' }).bytes).toEqual(file.bytes);
    const model = fromBinary(ModelProtoSchema, file.bytes);
    expect(model.producerName).toBe('kindred');
    expect(model.producerVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(model.graph?.name).toBe('sampler-about');
    expect(model.docString).toBe(
      [
        'Program sampler-about.',
        'Inputs: z: float32[3, 2] from normal.',
        'Outputs: samples.',
        'Variables: 2, written into the file.',
      ].join('\n'),
    );
    expect(model.graph?.input.map(({ name, docString }) => [name, docString])).toEqual([['z', 'from normal']]);
    await engine.dispose();
  });

  it('writes a convolutional sampler without operators of one kind of processor', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const wide = tf.variable(tf.fill([3, 3, 16, 8], 0.01), true, 'wide');
    const narrow = tf.variable(tf.fill([3, 3, 16, 3], 0.02), true, 'narrow');
    const compiled = await engine.compile(
      program('images', { z: normal([2, 4, 4, 8]) }, ({ z: noise }) => {
        const h = tf.relu(tf.conv2dTranspose(noise as tf.Tensor4D, wide as tf.Tensor4D, [2, 8, 8, 16], 2, 'same'));
        return { images: tf.sigmoid(tf.conv2d(h as tf.Tensor4D, narrow as tf.Tensor4D, 1, 'same')) };
      }),
    );
    const { bytes } = compiled.toOnnx({ weights: 'baked' });
    const domains = fromBinary(ModelProtoSchema, bytes).opsetImport.map(({ domain }) => domain);
    expect(domains.filter((domain) => domain !== '' && domain !== 'com.microsoft')).toEqual([]);
    const draw = Float32Array.from({ length: 256 }, (_, i) => Math.sin(i));
    const { images } = await compiled.run({ z: draw });
    const session = await InferenceSession.create(bytes);
    const results = await session.run({ z: new Tensor('float32', draw, [2, 4, 4, 8]) });
    // ONNX Runtime picks other kernels where filters are constants: float32 sums in another order.
    images.forEach((value, i) => expect(results['images']!.data[i]).toBeCloseTo(value, 5));
    await engine.dispose();
    for (const variable of [wide, narrow]) variable.dispose();
  });

  it('is an error on eager engines, which have no graph', async () => {
    const engine = await openEngine({ kind: 'cpu' });
    const compiled = await engine.compile(program('p', { x: given([1]) }, ({ x }) => ({ x })));
    expect(() => compiled.toOnnx()).toThrow(/program p: kind cpu runs op by op .* kind 'onnx'/);
  });
});
