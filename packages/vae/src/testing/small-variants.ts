import type { VaeOptions } from '../options.ts';
import { vae } from '../vae.ts';

/** Small networks, for the reference engine trains each variant; `standard` keeps its own. */
const small: Partial<VaeOptions> = {
  pointsWidth: 64,
  imageHidden: 64,
  imageChannels: [4, 8],
  importanceSamples: 16,
  codebookSize: 16,
  codeSize: 8,
  priorChannels: 8,
  priorLayers: 2,
};

type Recipes = Readonly<Record<string, Partial<VaeOptions>>>;

const chosen = (wanted: (name: string) => boolean): Recipes =>
  Object.fromEntries(
    Object.entries(vae.variants)
      .filter(([name]) => wanted(name))
      .map(([name, recipe]) => [name, name === 'standard' ? recipe : { ...recipe, ...small }]),
  );

const quick = new Set(['standard', 'conditional']);

/** The variants that every run of the tests takes. */
export const quickVariants = chosen((name) => quick.has(name));

/** The others. */
export const otherVariants = chosen((name) => !quick.has(name));
