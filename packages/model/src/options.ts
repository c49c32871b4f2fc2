import type { ModelFamily } from './contract.ts';

/**
 * Options of a variant: the family's defaults, under the variant's options, under `overrides`, validated. All problems come in
 * one error, each with its path; an unknown variant is an error that lists those that exist.
 */
export function resolveOptions<Options extends object>(
  family: ModelFamily<Options>,
  variant: string,
  overrides: Readonly<Record<string, unknown>> = {},
): Options {
  if (!Object.hasOwn(family.variants, variant)) {
    const known = Object.keys(family.variants).join(', ');
    throw new Error(`family ${family.name} has no variant ${variant}; it has ${known}.`);
  }
  const result = family.options.safeParse({ ...family.variants[variant], ...overrides });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `  ${path.join('.') || '(options)'}: ${message}`);
  throw new Error(`options of ${family.name}/${variant} are not valid:\n${problems.join('\n')}`);
}

/** Batches of examples that one training step of the family takes with these options. */
export function batchesPerStep<Options extends object>(family: ModelFamily<Options>, options: Options): number {
  const batches = family.batchesPerStep?.(options) ?? 1;
  if (Number.isSafeInteger(batches) && batches >= 1) return batches;
  throw new RangeError(`family ${family.name}: batchesPerStep must be a whole number of at least 1, got ${batches}.`);
}
