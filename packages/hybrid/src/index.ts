export { hybrid } from './hybrid.ts';
export { hybridOptions, type HybridOptions } from './options.ts';
