import { decodeTokens, type Dataset } from '@kindred/data';
import {
  modeCoverage,
  multiScaleSimilarity,
  sharpnessRatio,
  spectrumDistance,
  type Features,
  type Images,
} from '@kindred/metrics';
import type { Measured } from './metric-table.ts';

/** What the pixels say, without a feature space. */
export function imageMeasures(real: Images, fake: Images): Measured[] {
  const features = 'pixels';
  return [
    { metric: 'sharpness-ratio', features, value: sharpnessRatio(fake, real) },
    { metric: 'spectrum-distance', features, value: spectrumDistance(real, fake).distance },
    { metric: 'multi-scale-similarity', features, value: multiScaleSimilarity(fake).similarity },
  ];
}

/** Divergence and spread have no value, and no row, where no sample is near a mode: the share of high quality says why. */
export function modeMeasures(points: Features, known: NonNullable<Dataset['modes']>): Measured[] {
  const { modes, highQuality, klDivergence, withinModeSpread } = modeCoverage(points, known);
  const features = 'points';
  return [
    { metric: 'modes', features, value: modes },
    { metric: 'high-quality-share', features, value: highQuality },
    ...(klDivergence === null ? [] : [{ metric: 'mode-divergence', features, value: klDivergence } as const]),
    ...(withinModeSpread === null
      ? []
      : [{ metric: 'within-mode-spread', features, value: withinModeSpread } as const]),
  ];
}

/**
 * The share of whole lines that the source of a text accepts. A line is whole where it stands between two line breaks of one
 * sample: what comes before the first and after the last was cut. No row where the source is not known, or no sample holds a
 * whole line.
 *
 * @param tokens samples, [count, length]
 */
export function lineMeasures(tokens: Float32Array, { spec, alphabet, accepts }: Dataset): Measured[] {
  if (spec.kind !== 'sequence' || alphabet === null || accepts === null) return [];
  const [length] = spec.shape;
  const lines: string[] = [];
  for (let from = 0; from < tokens.length; from += length) {
    const sample = decodeTokens(alphabet, tokens.subarray(from, from + length));
    lines.push(...sample.split('\n').slice(1, -1));
  }
  if (lines.length === 0) return [];
  return [{ metric: 'grammatical-share', features: spec.kind, value: lines.filter(accepts).length / lines.length }];
}
