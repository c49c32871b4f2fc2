import { describe, expect, it } from 'vitest';
import type { CompiledProgram, Engine } from '../engine.ts';
import { openEngine } from '../open-engine.ts';
import { probeProduct } from './probe-product.ts';

describe('probeProduct', () => {
  it.each(['cpu', 'onnx'] as const)('finds the product of %s right', async (kind) => {
    const engine = await openEngine({ kind, device: 'cpu' });
    const probe = await probeProduct(engine, 64);
    expect(probe).toMatchObject({ size: 64, right: true });
    expect(probe.error).toBeGreaterThan(0); // float32 is not float64: zero would mean that nothing was compared
    expect(probe.gflopsPerSecond).toBeGreaterThan(0);
    await engine.dispose();
  });

  it.each([
    ['factors cut to ten bits, as TF32 has', (values: Float32Array) => values.map(cut), (value: number) => value],
    ['one NaN', (values: Float32Array) => values, (value: number, i: number) => (i === 77 ? Number.NaN : value)],
    [
      'one value off by a thousandth',
      (values: Float32Array) => values,
      (v: number, i: number) => (i === 9 ? v + 0.02 : v),
    ],
    ['nothing but zeros', (values: Float32Array) => values, () => 0],
  ])('finds %s wrong', async (_, ofFactor, ofProduct) => {
    const real = await openEngine({ kind: 'cpu' });
    const spoilt = {
      compile: async (program: Parameters<Engine['compile']>[0]) => {
        const compiled: CompiledProgram = await real.compile(program);
        const run: CompiledProgram['run'] = async (feeds) => {
          const { a, b } = feeds as unknown as Record<'a' | 'b', Float32Array>;
          const { product } = await compiled.run({ a: ofFactor(a), b: ofFactor(b) });
          return { product: Float32Array.from(product!, ofProduct) };
        };
        return { ...compiled, run };
      },
    } as unknown as Engine;
    const probe = await probeProduct(spoilt, 64);
    expect(probe.right).toBe(false);
  });
});

/** To ten bits after the first. */
function cut(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  bits[0] = (bits[0]! + 0x1000) & 0xffff_e000;
  return new Float32Array(bits.buffer)[0]!;
}
