/**
 * Kendall's rank correlation of two orders of the same things: 1 where they are alike, -1 where one is the other reversed, about 0
 * where they have nothing to do with each other. Orders have no ties. Null for fewer than two things.
 *
 * @see Kendall 1938, "A new measure of rank correlation"
 */
export function kendallTau<T>(first: readonly T[], second: readonly T[]): number | null {
  const place = new Map(second.map((thing, index) => [thing, index]));
  const places = first.flatMap((thing) => place.get(thing) ?? []);
  if (places.length !== first.length || place.size !== first.length) {
    throw new RangeError(
      `kendallTau: both orders must hold the same things, each once; got ${first.length} and ${second.length}, ${places.length} shared.`,
    );
  }
  if (places.length < 2) return null;
  let balance = 0;
  for (const [i, left] of places.entries()) {
    for (const right of places.slice(i + 1)) balance += Math.sign(right - left);
  }
  return balance / ((places.length * (places.length - 1)) / 2);
}

/** Mean Kendall's rank correlation over all pairs of the orders; null for fewer than two orders or two things. */
export function meanKendallTau(orders: readonly (readonly unknown[])[]): number | null {
  const pairs = orders.flatMap((first, i) => orders.slice(i + 1).map((second) => kendallTau(first, second)));
  const known = pairs.filter((tau) => tau !== null);
  return known.length === 0 ? null : known.reduce((sum, tau) => sum + tau, 0) / known.length;
}
