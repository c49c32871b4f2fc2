/** Slopes of a function of named numbers by central differences; of smooth functions near 1 in size, right to about 1e-8. */
export function slopesOf<Name extends string>(
  loss: (at: Readonly<Record<Name, number>>) => number,
  at: Readonly<Record<Name, number>>,
  names: readonly Name[],
): Record<Name, number> {
  const step = 1e-5;
  const slope = (name: Name): number =>
    (loss({ ...at, [name]: at[name] + step }) - loss({ ...at, [name]: at[name] - step })) / (2 * step);
  return Object.fromEntries(names.map((name) => [name, slope(name)])) as Record<Name, number>;
}
