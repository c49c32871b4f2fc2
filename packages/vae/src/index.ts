export { vaeOptions, type VaeOptions } from './options.ts';
export { vae } from './vae.ts';
