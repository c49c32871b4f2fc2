import { arithmeticRules } from './arithmetic.ts';
import { blockRules } from './blocks.ts';
import { convolutionRules } from './convolutions.ts';
import { cumulativeRules } from './cumulative.ts';
import { einsumRules } from './einsum.ts';
import { elementwiseRules } from './elementwise.ts';
import { depthwiseRules, volumeRules } from './grouped-convolutions.ts';
import { indexingRules } from './indexing.ts';
import { normalisationRules } from './normalisation.ts';
import { poolingRules } from './pooling.ts';
import { productRules } from './products.ts';
import { reductionRules } from './reductions.ts';
import { resizingRules } from './resizing.ts';
import type { KernelRule } from './rule.ts';
import { scatteringRules } from './scattering.ts';
import { shapeRules } from './shapes.ts';

/** Every kernel of TF.js that the engine compiles, by name. Any other is an error while tracing. */
export const kernelRules: ReadonlyMap<string, KernelRule> = table([
  ...elementwiseRules,
  ...reductionRules,
  ...shapeRules,
  ...indexingRules,
  ...productRules,
  ...convolutionRules,
  ...arithmeticRules,
  ...blockRules,
  ...cumulativeRules,
  ...depthwiseRules,
  ...einsumRules,
  ...normalisationRules,
  ...poolingRules,
  ...resizingRules,
  ...scatteringRules,
  ...volumeRules,
]);

function table(rules: readonly KernelRule[]): Map<string, KernelRule> {
  const byName = new Map<string, KernelRule>();
  for (const rule of rules) {
    if (byName.has(rule.kernel)) throw new Error(`kernel ${rule.kernel} has two rules.`);
    byName.set(rule.kernel, rule);
  }
  return byName;
}

/** The rule of a kernel; an error for a kernel without one. */
export function kernelRule(kernel: string): KernelRule {
  const rule = kernelRules.get(kernel);
  if (rule === undefined) throw new Error(`kernel ${kernel} has no rule.`);
  return rule;
}
