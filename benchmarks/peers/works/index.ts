import type { Work } from '../work.ts';
import { dcganSample, dcganTrain } from './dcgan.ts';
import { gptTrain } from './gpt.ts';
import { gptSampleCached, gptSampleNaive } from './gpt-sample.ts';
import { madeTrain } from './made.ts';
import { madeSampleCached, madeSampleNaive } from './made-sample.ts';
import { frechet2048, kernel, prdc } from './metrics.ts';
import { pixelCnnTrain } from './pixelcnn.ts';
import { pixelCnnSampleCached, pixelCnnSampleNaive } from './pixelcnn-sample.ts';
import { sgemm } from './sgemm.ts';
import { vaeSample, vaeTrain } from './vae.ts';
import { wganGpTrain } from './wgan-gp.ts';

/** One step takes minutes there, so it stands last and is done once. */
const tfjsCpu: Work = {
  ...dcganTrain,
  name: 'tfjs-cpu',
  about: 'the step of dcgan-train, against plain TF.js (backend cpu)',
  against: 'tfjs',
};

/** All works, in the order of the report. */
export const works: readonly Work[] = [
  sgemm,
  dcganTrain,
  wganGpTrain,
  vaeTrain,
  madeTrain,
  pixelCnnTrain,
  gptTrain,
  dcganSample,
  vaeSample,
  madeSampleNaive,
  madeSampleCached,
  pixelCnnSampleNaive,
  pixelCnnSampleCached,
  gptSampleNaive,
  gptSampleCached,
  prdc,
  kernel,
  frechet2048,
  tfjsCpu,
];
