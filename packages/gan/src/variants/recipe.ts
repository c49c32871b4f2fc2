import type { GanOptions } from '../options.ts';

/** What a variant sets; the rest is the options' defaults. */
export type Recipe = Readonly<Partial<GanOptions>>;
