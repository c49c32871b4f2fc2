import type { Engine } from '@kindred/engine';
import type { Parameters } from '@kindred/nn';
import { extractorCode } from './code-hash.ts';
import { keyOf, sha256 } from './sha256.ts';

/** What computes: engines differ in rounding, which training amplifies, and so does our own code from one version to the next. */
export async function computedBy({ description }: Engine): Promise<Readonly<Record<string, unknown>>> {
  const { kind, device, runtime, threads } = description;
  return { code: await extractorCode(), engine: { kind, device, runtime, threads } };
}

/** The key of a network's outputs: what it is, its weights, and what computes. */
export async function networkKey(
  engine: Engine,
  parameters: Parameters,
  network: Readonly<Record<string, unknown>>,
): Promise<string> {
  const weights = Object.entries(parameters.all).map(([name, variable]) => {
    const { buffer, byteOffset, byteLength } = engine.read(variable);
    return [name, sha256(new Uint8Array(buffer, byteOffset, byteLength))];
  });
  return keyOf({ ...(await computedBy(engine)), network, weights });
}
