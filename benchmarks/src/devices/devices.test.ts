import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { DeviceKind, OpenEngineOptions, ProductProbe } from '@kindred/engine';
import { askDevice } from './ask-device.ts';
import { deviceTable, type Looked } from './device-table.ts';
import { describeDevices } from './devices.ts';
import { machineFacts } from './machine-facts.ts';
import { openFirst } from './open-first.ts';

const options = { workerFile: fileURLToPath(new URL('fixtures/worker.mjs', import.meta.url)), timeout: 30 };
/** The fixture reads its behaviour from the device. */
const engine = (device: string): OpenEngineOptions => ({ kind: 'onnx', device: device as DeviceKind });
const description = (device: string) => ({ kind: 'onnx', device, threads: 1, runtime: 'onnx 1.2.3', passedOver: [] });

describe('a device is asked in a child', () => {
  const ask = (device: string, timeout = options.timeout) =>
    askDevice({ engine: engine(device), product: true }, { ...options, timeout });

  test('that answers, with warnings but not all that it wrote', async () => {
    expect(await ask('cuda')).toEqual({
      answer: { description: description('cuda'), probe: expect.objectContaining({ right: true }) },
      warnings: ['no drivers found'],
    });
    expect(await ask('none')).toMatchObject({ answer: { missing: 'a GPU', remedy: 'buy one' } });
  });

  test.each([
    ['abort', /killed by SIGABRT/],
    ['throw', /exit code 1; its last words: .*out of luck/],
    ['silent', /exit code 0/],
  ])('that goes down: %s', async (device, failure) => {
    expect(await ask(device)).toEqual({ failure: expect.stringMatching(failure) });
  });

  test('that goes down once it has answered', async () => {
    expect(await ask('late')).toMatchObject({
      answer: { description: description('late') },
      warnings: ['no drivers found', expect.stringMatching(/after it had answered.* killed by SIGABRT/)],
    });
  });

  test('that hangs', async () => {
    expect(await ask('hang', 1)).toEqual({ failure: expect.stringMatching(/time-out/) });
  });
});

describe('before a run', () => {
  test('the engine that opens is told', async () => {
    expect(await openFirst(engine('webgpu'), options)).toEqual(description('webgpu'));
  });

  test.each([
    [
      'none',
      /--engine onnx --device none has a problem:[^]*it does not load[^]*no drivers found[^]*pnpm bench devices/,
    ],
    ['abort', /--device abort has a problem:[^]*killed by SIGABRT/],
  ])('one that does not is an error: %s', async (device, message) => {
    await expect(openFirst(engine(device), options)).rejects.toThrow(message);
  });
});

describe('the table of devices', () => {
  const probe: ProductProbe = { size: 512, gflopsPerSecond: 0.4821, error: 2.34e-8, tolerance: 2e-6, right: true };
  const looked: readonly Looked[] = [
    {
      kind: 'cpu',
      device: 'cpu',
      finding: {
        answer: {
          description: { ...description('cpu'), kind: 'cpu', device: 'cpu' },
          probe,
          placement: { nodes: 94, onDevice: 93 },
        },
        warnings: ['x'],
      },
    },
    { kind: 'onnx', device: 'webgpu', finding: { failure: 'killed by SIGSEGV' } },
    {
      kind: 'onnx',
      device: 'cuda',
      finding: { answer: { message: 'm', missing: 'CUDA', remedy: 'fetch it' }, warnings: ['no driver'] },
    },
    {
      kind: 'tensorflow',
      device: 'auto',
      finding: {
        answer: {
          description: { ...description('cuda'), kind: 'tensorflow', device: 'cuda' },
          probe: { ...probe, error: Number.NaN, right: false },
        },
        warnings: [],
      },
    },
  ];
  const lines = deviceTable(looked)
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' ').trim());

  test('has a line for each, with what the product showed', () => {
    expect(lines[2]).toBe(
      'cpu cpu runs onnx 1.2.3 512 x 512, 0.48 GFLOP/s, right: error 2.3e-8, allowed 2.0e-6 93 of 94',
    );
    expect(lines[3]).toMatch(/^onnx webgpu failed onnxruntime-node \d+\.\d+\.\d+ -$/);
    expect(lines[4]).toMatch(/^onnx cuda missing onnxruntime-node/);
    expect(lines[5]).toMatch(/^tensorflow cuda wrong onnx 1.2.3 512 x 512, .*WRONG: error NaN, allowed 2.0e-6 -$/);
  });

  test('then says of those that do not run what they lack and how to get it, with warnings', () => {
    expect(lines.slice(lines.indexOf('Missing, and warnings') + 1)).toEqual([
      'cpu on cpu',
      'warning: x',
      'onnx on webgpu',
      'failed: killed by SIGSEGV',
      'onnx on cuda',
      'missing: CUDA',
      'warning: no driver',
      'to get it: fetch it',
      '',
    ]);
    expect(deviceTable(looked.slice(3))).not.toContain('Missing');
  });

  test('aligns its columns', () => {
    const rows = deviceTable(looked).split('\n').slice(1, 6);
    const column = rows[0]!.indexOf('runtime');
    for (const row of rows) expect(row.slice(column - 2, column)).toBe('  ');
  });
});

test('the machine is described first, by this Node and its GPUs', async () => {
  const text = await describeDevices(options, [{ kind: 'onnx', device: 'cuda' }]);
  expect(text).toMatch(new RegExp(`^Machine\\n +Node +${process.version}`));
  expect(text).toMatch(/onnx +cuda +runs +onnx 1\.2\.3 +4 x 4, 12 GFLOP\/s, right/);
  expect(new Map(await machineFacts()).get('NVIDIA GPU')).toMatch(/\w/);
});
