import { createRequire } from 'node:module';
import { DeviceMissingError } from './devices/device-missing.ts';
import { EagerEngine } from './eager/eager-engine.ts';
import { loadNativeBackend, nativePackage, type NativeBackend } from './eager/native-backend.ts';
import type { DeviceKind, Engine, EngineDescription, EngineKind } from './engine.ts';
import { OnnxEngine } from './session/onnx-engine.ts';
import { checkProvider, prepareProvider, rebuildCommand } from './session/providers.ts';

export const engineKinds: readonly EngineKind[] = ['tensorflow', 'onnx', 'cpu'];
export const deviceKinds: readonly DeviceKind[] = ['cpu', 'cuda', 'webgpu'];

/** The devices that each kind can compute on, where they are there. */
export const devicesOf: Readonly<Record<EngineKind, readonly DeviceKind[]>> = {
  tensorflow: ['cuda', 'cpu'],
  onnx: deviceKinds,
  cpu: ['cpu'],
};

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
 * @throws DeviceMissingError where the kind or device that was asked for does not load, with what is missing and how to get it
 */
export async function openEngine(options: OpenEngineOptions = {}): Promise<Engine> {
  const { kind = 'auto', device = 'auto', threads = 1 } = options;
  checkOption('kind', kind, ['auto', ...engineKinds]);
  checkOption('device', device, ['auto', ...deviceKinds]);
  if (!Number.isInteger(threads) || threads < 1)
    throw new RangeError(`openEngine: threads must be an integer of 1 or more, got ${threads}.`);
  if (kind !== 'auto' && device !== 'auto' && !devicesOf[kind].includes(device)) {
    throw new Error(
      `openEngine: kind ${kind} computes on ${devicesOf[kind].join(' or ')} only, got device ${device}; use kind onnx or auto.`,
    );
  }
  if (kind === 'cpu') return openCpu();
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

function openCpu(): Engine {
  return new EagerEngine({ kind: 'cpu', device: 'cpu', threads: 1, runtime: runtimeOf('cpu'), passedOver: [] }, 'cpu');
}

function openNative(native: NativeBackend, device: DeviceKind | 'auto'): Engine {
  if (!native.loaded) {
    throw new DeviceMissingError('kind tensorflow', {
      missing: native.reason,
      remedy: `${rebuildCommand(nativePackage)}, and for CUDA also NVIDIA's driver, CUDA 11 and cuDNN 8`,
    });
  }
  const found: DeviceKind = native.cuda ? 'cuda' : 'cpu';
  if (device !== 'auto' && device !== found) {
    throw new DeviceMissingError(`kind tensorflow on device ${device}`, {
      missing: `${native.package} computes on ${found} here`,
      remedy:
        device === 'cuda'
          ? `install NVIDIA's driver, CUDA 11 and cuDNN 8, and use ${nativePackage}`
          : 'hide the GPU with CUDA_VISIBLE_DEVICES=-1',
    });
  }
  const runtime = `${native.package} ${native.version}`;
  return new EagerEngine({ kind: 'tensorflow', device: found, threads: 1, runtime, passedOver: [] }, 'tensorflow');
}

async function openOnnx(
  device: DeviceKind | 'auto',
  threads: number,
  passedOver: EngineDescription['passedOver'],
): Promise<Engine> {
  const wanted = device === 'auto' ? 'cpu' : device;
  prepareProvider(wanted);
  const engine = new OnnxEngine({ kind: 'onnx', device: wanted, threads, runtime: runtimeOf('onnx'), passedOver });
  // The processor's provider is linked in; others may lack a library, a driver or a GPU.
  if (wanted !== 'cpu') await checkProvider(engine);
  return engine;
}

/** Name and version of what runs the programs of a kind, whether it loads or not. */
export function runtimeOf(kind: EngineKind): string {
  const name = { cpu: '@tensorflow/tfjs-core', onnx: 'onnxruntime-node', tensorflow: nativePackage }[kind];
  return `${kind === 'cpu' ? 'tfjs' : name} ${versionOf(name)}`;
}

function versionOf(name: string): string {
  return (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;
}

function checkOption(option: string, value: string, known: readonly string[]): void {
  if (!known.includes(value))
    throw new RangeError(`openEngine: ${option} must be one of ${known.join(', ')}, got ${value}.`);
}
