import type { Engine } from '../engine.ts';
import type { FeedsOf, Inputs, Program, Values } from '../program.ts';

/**
 * Runs a program on two engines and lists where their results differ: by more than `tolerance` of an output's largest value, in
 * the place of a NaN or infinity, or in type or length. Empty where they agree.
 */
export async function differences(
  under: Program,
  feeds: Readonly<Record<string, Values>>,
  { expected, actual, tolerance }: { expected: Engine; actual: Engine; tolerance: number },
): Promise<string[]> {
  const results = [];
  for (const engine of [expected, actual]) {
    const compiled = await engine.compile(under);
    results.push(await compiled.run(feeds as FeedsOf<Inputs>));
    await compiled.dispose();
  }
  const [right = {}, got = {}] = results;
  return Object.entries(right).flatMap(([output, values]) =>
    compareValues(`${under.name}: ${output}`, values, got[output]!, tolerance),
  );
}

/** Relative changes of the inputs at which a difference must show as well to count. */
const nudges = [1e-6, -3e-6];

/**
 * The differences that stay when the inputs are nudged. At a tie (of a maximum, at the bound of a clip) engines that round differently rightly
 * send a gradient elsewhere; a wrong kernel is wrong beside it too.
 */
export async function lastingDifferences(
  under: Program,
  feeds: Readonly<Record<string, Float32Array>>,
  engines: Parameters<typeof differences>[2],
): Promise<string[]> {
  const found = await differences(under, feeds, engines);
  for (const nudge of nudges) {
    if (found.length === 0) return [];
    const nudged = Object.entries(feeds).map(([name, values]) => [name, values.map((value) => value * (1 + nudge))]);
    const beside = await differences(under, Object.fromEntries(nudged) as typeof feeds, engines);
    if (beside.length === 0) return [];
  }
  return found;
}

function compareValues(name: string, right: Values, got: Values, tolerance: number): string[] {
  if (got.constructor !== right.constructor || got.length !== right.length) {
    return [
      `${name} is ${got.constructor.name} of ${got.length}, expected ${right.constructor.name} of ${right.length}`,
    ];
  }
  let scale = 1e-3;
  for (const value of right) if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
  const problems: string[] = [];
  right.forEach((value, i) => {
    const other = got[i]!;
    const close = Object.is(value, other) || value === other || Math.abs(value - other) <= tolerance * scale;
    if (!close) problems.push(`${name}[${i}] is ${other}, expected ${value}`);
  });
  return problems;
}
