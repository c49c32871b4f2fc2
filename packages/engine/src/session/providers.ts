import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { listSupportedBackends } from 'onnxruntime-node';
import { DeviceMissingError } from '../devices/device-missing.ts';
import { keepFullPrecision } from '../devices/full-precision.ts';
import type { DeviceKind, Engine } from '../engine.ts';
import { given, program } from '../program.ts';

/** What ONNX Runtime's provider of a device lacks on this machine, and how to get it. */
interface Lack {
  readonly missing: string;
  readonly remedy: string;
}

/**
 * To be called before the first session on the device.
 *
 * @throws DeviceMissingError where this build has no such provider, or not its libraries
 */
export function prepareProvider(device: DeviceKind): void {
  const built = listSupportedBackends().map(({ name }) => name);
  if (!built.includes(device)) {
    throw new DeviceMissingError(`kind onnx on device ${device}`, {
      missing: `ONNX Runtime as built for ${platform()} ${arch()} has no ${device}; it has ${built.join(', ')}`,
      remedy:
        device === 'cuda'
          ? 'use a machine with Linux x64 and an NVIDIA GPU'
          : 'use a machine with Linux x64, Windows or macOS',
    });
  }
  if (device !== 'cuda') return;
  keepFullPrecision();
  // ONNX Runtime would find out too, and print its log in red.
  if (!existsSync(cudaLibrary())) {
    throw new DeviceMissingError('kind onnx on device cuda', lackOf('cuda', undefined, false));
  }
}

/**
 * Has the device compute something, once: a provider is listed whether or not its libraries, its driver and its GPU are there.
 *
 * @throws DeviceMissingError with what is missing
 */
export async function checkProvider(engine: Engine): Promise<void> {
  const { device } = engine.description;
  try {
    const negate = await engine.compile(program('device check', { x: given([2]) }, ({ x }) => ({ y: tf.neg(x) })));
    const { y } = await negate.run({ x: Float32Array.of(1, -2) });
    await negate.dispose();
    if (y[0] !== -1 || y[1] !== 2) throw new Error(`it computes -[1, -2] as [${y.join(', ')}]`);
  } catch (error) {
    throw new DeviceMissingError(`kind onnx on device ${device}`, { ...lackOf(device, error), cause: error });
  }
}

/**
 * Reads from a provider's error what is missing; the error's own words where they are not known.
 *
 * @param cudaInstalled whether ONNX Runtime's CUDA libraries lie beside it
 */
export function lackOf(device: DeviceKind, error: unknown, cudaInstalled = existsSync(cudaLibrary())): Lack {
  const words = ownWords(error);
  if (device === 'webgpu' && /WebGPU adapter/.test(words)) {
    return {
      missing: 'WebGPU finds no graphics adapter that it can use',
      remedy: adapterRemedy(),
    };
  }
  if (device === 'cuda' && !cudaInstalled) {
    return {
      missing: "ONNX Runtime's CUDA libraries, which its install script fetches, are not installed",
      remedy: `${rebuildCommand('onnxruntime-node')}, beside NVIDIA's driver, CUDA 12 and cuDNN 9`,
    };
  }
  if (device === 'cuda') {
    return {
      missing: `NVIDIA's driver, CUDA 12 or cuDNN 9 does not load (${words})`,
      remedy: 'install all three, and name the folders of their libraries in LD_LIBRARY_PATH',
    };
  }
  return { missing: `ONNX Runtime says: ${words}`, remedy: 'look up what it says' };
}

function adapterRemedy(): string {
  if (platform() !== 'linux') return "install the GPU's driver";
  return (
    "install the Vulkan loader and the GPU's driver (Debian: apt-get install libvulkan1 mesa-vulkan-drivers; NVIDIA's driver " +
    'brings its own). Without a GPU: SwiftShader computes on the processor, slowly (Debian: apt-get install libvulkan1 ' +
    'chromium-common, then set VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json)'
  );
}

/** Lets pnpm run the install script of one package, which the workspace otherwise forbids. */
export function rebuildCommand(dependency: string): string {
  return `PNPM_CONFIG_ALLOW_BUILDS='{"${dependency}":true}' pnpm rebuild ${dependency}`;
}

function cudaLibrary(): string {
  const home = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  return join(home, 'bin', 'napi-v6', platform(), arch(), 'libonnxruntime_providers_cuda.so');
}

/** The message of the first cause, without the source lines that ONNX Runtime puts before it. */
function ownWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return ownWords(error.cause);
  const line = error.message.split('\n')[0] ?? error.message;
  return line.replace(/^\S*\/onnxruntime_src\/.* was false\. /, '');
}
