import { describe, expect, test } from 'vitest';
import { defineSuite, ProblemsError, type Families } from '@kindred/harness';
import { understand, type RawOptions } from './settings.ts';
import { modelNames } from './selection.ts';

const family = (name: string, variants: readonly string[]) => ({
  name,
  variants: Object.fromEntries(variants.map((variant) => [variant, {}])),
});
/** Selection reads names and variants alone. */
const families = {
  gan: family('gan', ['plain', 'gp']),
  vae: family('vae', ['standard']),
} as unknown as Families;
const suite = defineSuite({
  name: 'quick',
  description: 'a test',
  datasets: ['mnist', 'ring'],
  models: [
    { family: 'gan', variant: 'plain', options: { width: 3 } },
    { family: 'vae', variant: 'standard', datasets: ['ring'], seeds: 1 },
  ],
  seeds: 3,
  budget: { any: { unit: 'examples', amount: 1 } },
  batchSize: { any: 1 },
  timeout: 1,
});
const known = { suites: [suite], families, datasets: ['mnist', 'ring', 'grid'], root: '/root' };
const choose = (raw: RawOptions, name = 'quick') => understand(name, raw, known);
const chosen = (raw: RawOptions) =>
  choose(raw).suite.models.map(({ family, variant, options }) => [family, variant, options]);

describe('what the command line selects', () => {
  test('nothing asked: the suite as it is, its report under reports/', () => {
    const settings = choose({});
    expect(settings.suite).toEqual(suite);
    expect(settings).toMatchObject({ out: '/root/reports/quick', resume: false, command: 'pnpm bench quick' });
    expect(settings.engine).toEqual({ kind: 'auto', device: 'auto', threads: 1 });
    expect(settings.jobs).toBeGreaterThanOrEqual(1);
  });

  test('a family or a variant of the suite keeps its options', () => {
    expect(chosen({ models: 'gan' })).toEqual([['gan', 'plain', { width: 3 }]]);
    expect(chosen({ models: 'gan/plain, vae' }).map(([name]) => name)).toEqual(['gan', 'vae']);
    expect(chosen({ models: 'gan,gan/plain' })).toHaveLength(1);
  });

  test('a variant that is not in the suite joins it', () => {
    expect(chosen({ models: 'gan/gp' })).toEqual([['gan', 'gp', {}]]);
  });

  test('datasets and seeds replace those of the suite; models keep to their own datasets', () => {
    const { suite: narrowed, command } = choose({ datasets: 'ring,grid', seeds: '2', jobs: '4' });
    expect(narrowed).toMatchObject({ datasets: ['ring', 'grid'], seeds: { any: [0, 1] } });
    expect(narrowed.models[1]?.datasets).toEqual(['ring']);
    expect([choose({ datasets: 'ring' }), choose({ seeds: '2' })].map((each) => each.suite.models[1]?.seeds)).toEqual([
      [0],
      undefined,
    ]);
    expect(command).toBe('pnpm bench quick --datasets ring,grid --seeds 2');
    expect(choose({ datasets: 'grid' }).suite.models[1]?.datasets).toBeUndefined();
  });

  test('feature spaces replace those of images', () => {
    const { suite: changed, command } = choose({ features: 'pixels, onnx:net.onnx' });
    expect(changed.features).toEqual({ image: ['pixels', 'onnx:net.onnx'] });
    expect(command).toBe('pnpm bench quick --features pixels,onnx:net.onnx');
    expect(choose({ features: 'random, onnx:/somewhere/net.onnx' }).command).toBe(
      'pnpm bench quick --features random,onnx:<folder>/net.onnx',
    );
    expect(choose({}).suite.features).toEqual({});
    expect(() => choose({ features: 'pixels,pixels' })).toThrow('features.image: expected different feature spaces');
  });

  test('datasets may have an argument, with a comma in it too, and an amount', () => {
    const folders = { ...known, datasets: [...known.datasets, 'image-folder'] };
    const typed = 'mnist@1000, image-folder:faces,64@10%,ring@5%';
    const { suite: narrowed } = understand('quick', { datasets: typed }, folders);
    expect(narrowed.datasets).toEqual(['mnist@1000', 'image-folder:faces,64@10%', 'ring@5%']);
    expect(() => choose({ datasets: 'nist@10,mnist@,ring:a/b' })).toThrow(
      /3 problems:\n.*unknown dataset nist; there are.*\n.*'mnist@': expected a positive.*\n.*'ring:a\/b': expected name/,
    );
  });

  test('a data folder joins the places, and the command where its path is relative', () => {
    expect(choose({}).places.dataFolder).toBeUndefined();
    const { places, command } = choose({ dataDir: 'my/data' });
    expect(places).toMatchObject({ dataFolder: 'my/data', download: true });
    expect(command).toBe('pnpm bench quick --data-dir my/data');
    expect(choose({ dataDir: '/somewhere' }).command).toBe('pnpm bench quick --data-dir <folder>');
  });

  test('all problems come at once, with what exists and which range', () => {
    const raw = { models: 'gna,gan/none', datasets: 'nist', seeds: '0', jobs: '1.5', engine: 'abacus', device: 'tpu' };
    expect(() => choose(raw, 'slow')).toThrow(ProblemsError);
    try {
      choose(raw, 'slow');
    } catch (error) {
      expect((error as ProblemsError).problems).toEqual([
        'unknown suite slow; there is quick',
        '--seeds expects an integer in 1 ... 1000, got 0',
        '--jobs expects an integer in 1 ... 256, got 1.5',
        'unknown engine abacus; there are auto, onnx, tensorflow, cpu',
        'unknown device tpu; there are auto, cpu, cuda, webgpu',
        'unknown dataset nist; there are mnist, ring, grid',
        'unknown model gna; there are gan/plain, gan/gp, vae/standard',
        'unknown model gan/none; there are gan/plain, gan/gp, vae/standard',
      ]);
    }
  });

  test('a device joins the engine and the command', () => {
    const { engine, command } = choose({ engine: 'onnx', device: 'webgpu' });
    expect(engine).toEqual({ kind: 'onnx', device: 'webgpu', threads: 1 });
    expect(command).toBe('pnpm bench quick --engine onnx --device webgpu');
    for (const device of ['cpu', 'cuda', 'webgpu', 'auto']) expect(choose({ device }).engine.device).toBe(device);
  });

  test.each([
    ['cpu', 'webgpu', '--engine cpu computes on cpu only, got --device webgpu; engines with it are auto, onnx'],
    ['cpu', 'cuda', '--engine cpu computes on cpu only, got --device cuda; engines with it are auto, tensorflow, onnx'],
    [
      'tensorflow',
      'webgpu',
      '--engine tensorflow computes on cuda or cpu only, got --device webgpu; engines with it are auto, onnx',
    ],
  ])('engine %s on device %s is refused, among all problems', (engine, device, problem) => {
    expect(() => choose({ engine, device })).toThrow(problem);
    expect(() => choose({ engine, device, seeds: 'x' })).toThrow(/2 problems:[^]*--seeds[^]*computes on/);
  });

  test('lists every variant', () => {
    expect(modelNames(families)).toEqual(['gan/plain', 'gan/gp', 'vae/standard']);
  });
});
