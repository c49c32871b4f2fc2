import { createRequire } from 'node:module';
import { listSupportedBackends } from 'onnxruntime-node';
import { EagerEngine } from './eager/eager-engine.ts';
import { loadNativeBackend, type NativeBackend } from './eager/native-backend.ts';
import type { DeviceKind, Engine, EngineDescription, EngineKind } from './engine.ts';
import { OnnxEngine } from './session/onnx-engine.ts';

export const engineKinds: readonly EngineKind[] = ['tensorflow', 'onnx', 'cpu'];
export const deviceKinds: readonly DeviceKind[] = ['cpu', 'cuda', 'webgpu'];

export interface OpenEngineOptions {
  /**
   * - `onnx`: programs are traced once, compiled and run by ONNX Runtime
   * - `tensorflow`: op by op on tfjs-node-gpu, else tfjs-node
   * - `cpu`: op by op in plain JavaScript: slow, the reference
   * - `auto` (default): tfjs-node-gpu where it loads with CUDA, else `onnx`
   */
  readonly kind?: EngineKind | 'auto';
  /** What computes; `auto` (default) is CUDA for `tensorflow` where it has it, else the processor. */
  readonly device?: DeviceKind | 'auto';
  /** Threads of one operation, 1 or more (default 1); the `onnx` engine's alone to choose. */
  readonly threads?: number;
}

/**
 * Opens an engine. Its description says which kind was taken, and why others were passed over.
 * @throws where the kind or device that was asked for does not load, with what is missing
 */
export async function openEngine(options: OpenEngineOptions = {}): Promise<Engine> {
  const { kind = 'auto', device = 'auto', threads = 1 } = options;
  checkOption('kind', kind, ['auto', ...engineKinds]);
  checkOption('device', device, ['auto', ...deviceKinds]);
  if (!Number.isInteger(threads) || threads < 1)
    throw new RangeError(`openEngine: threads must be an integer of 1 or more, got ${threads}.`);
  if (kind === 'cpu') return openCpu(device);
  if (kind === 'onnx') return openOnnx(device, threads, []);
  const native = await loadNativeBackend();
  if (kind === 'tensorflow') return openNative(native, device);
  // Eager on the GPU beats compiled on the processor; eager on the processor does not.
  if (native.loaded && native.cuda && device !== 'cpu' && device !== 'webgpu') return openNative(native, device);
  const reason = native.loaded
    ? `${native.package} runs without CUDA here, where the compiled engine is faster`
    : native.reason;
  return openOnnx(device, threads, [{ kind: 'tensorflow', reason }]);
}

function openCpu(device: DeviceKind | 'auto'): Engine {
  if (device !== 'cpu' && device !== 'auto')
    throw new Error(`openEngine: kind cpu runs on the processor only, got device ${device}; use kind onnx.`);
  return new EagerEngine(
    { kind: 'cpu', device: 'cpu', threads: 1, runtime: `tfjs ${versionOf('@tensorflow/tfjs-core')}`, passedOver: [] },
    'cpu',
  );
}

function openNative(native: NativeBackend, device: DeviceKind | 'auto'): Engine {
  if (!native.loaded)
    throw new Error(`openEngine: kind tensorflow does not load: ${native.reason}. Use kind onnx or auto.`);
  const found: DeviceKind = native.cuda ? 'cuda' : 'cpu';
  if (device !== 'auto' && device !== found)
    throw new Error(`openEngine: ${native.package} computes on ${found} here, got device ${device}.`);
  const runtime = `${native.package} ${native.version}`;
  return new EagerEngine({ kind: 'tensorflow', device: found, threads: 1, runtime, passedOver: [] }, 'tensorflow');
}

function openOnnx(device: DeviceKind | 'auto', threads: number, passedOver: EngineDescription['passedOver']): Engine {
  const found = listSupportedBackends().map(({ name }) => name);
  const wanted = device === 'auto' ? 'cpu' : device;
  if (!found.includes(wanted)) {
    throw new Error(`openEngine: this build of ONNX Runtime has no device ${wanted}; it has ${found.join(', ')}.`);
  }
  return new OnnxEngine({
    kind: 'onnx',
    device: wanted,
    threads,
    runtime: `onnxruntime-node ${versionOf('onnxruntime-node')}`,
    passedOver,
  });
}

function versionOf(name: string): string {
  return (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;
}

function checkOption(option: string, value: string, known: readonly string[]): void {
  if (!known.includes(value))
    throw new RangeError(`openEngine: ${option} must be one of ${known.join(', ')}, got ${value}.`);
}
