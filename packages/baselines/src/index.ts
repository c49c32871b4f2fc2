export { baselines, type BaselineOptions } from './family.ts';
