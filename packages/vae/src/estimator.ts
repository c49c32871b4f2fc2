/** How a likelihood is estimated, for reports, with what else one must know to compare it. */
export function described(
  estimator: string,
  { observes, told }: { readonly observes: boolean; readonly told: boolean },
): string {
  return [estimator, ...(observes ? ['of dequantised images'] : []), ...(told ? ['given the class'] : [])].join(', ');
}
