import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { keepFullPrecision } from '../devices/full-precision.ts';

/** TF.js's native backend, as far as it could be loaded. */
export type NativeBackend =
  | { readonly loaded: true; readonly package: string; readonly version: string; readonly cuda: boolean }
  | { readonly loaded: false; readonly reason: string };

/** The package that is a dependency; it computes on the processor too where there is no CUDA. */
export const nativePackage = '@tensorflow/tfjs-node-gpu';

/**
 * Packages that bring the native backend, best first. Both are named `tensorflow` once loaded. The second is no dependency: it is
 * for systems that the first does not support (macOS), and found where someone has added it.
 */
const packages = [nativePackage, '@tensorflow/tfjs-node'];

/**
 * Tries to load libtensorflow through tfjs-node-gpu, else tfjs-node. Their library is downloaded when they are installed,
 * from a host that not every network reaches, so that a failure here is common and not an error.
 */
export async function loadNativeBackend(): Promise<NativeBackend> {
  const require = createRequire(import.meta.url);
  restoreRemovedUtilities(require);
  keepFullPrecision();
  const reasons: string[] = [];
  for (const name of packages) {
    const before = tf.getBackend();
    try {
      require(name);
      const { version } = require(`${name}/package.json`) as { version: string };
      const backend = tf.findBackend('tensorflow') as { isUsingGpuDevice?: boolean } | null;
      if (backend === null) throw new Error('registered no backend named tensorflow');
      return { loaded: true, package: name, version, cuda: backend.isUsingGpuDevice === true };
    } catch (error) {
      reasons.push(`${name}: ${explain(error)}`);
    } finally {
      // Loading makes the native backend TF.js's default; programs choose theirs themselves.
      tf.setBackend(before);
    }
  }
  return { loaded: false, reason: reasons.join('; ') };
}

/** tfjs-node calls a function that Node 23 removed from node:util. */
function restoreRemovedUtilities(require: NodeJS.Require): void {
  const utilities = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  utilities.isNullOrUndefined ??= (value) => value === undefined || value === null;
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/can not be found at path|Cannot find module .*\.node/.test(message))
    return 'its native library is not built here';
  if (/Cannot find (package|module)/.test(message)) return 'not installed';
  return message.split('\n')[0] ?? message;
}
