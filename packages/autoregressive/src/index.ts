export { autoregressive } from './family.ts';
export type { AutoregressiveOptions } from './options.ts';
