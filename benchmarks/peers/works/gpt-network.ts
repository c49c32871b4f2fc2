import { gpt, type Gpt } from '@kindred/autoregressive';
import type { Parameters } from '@kindred/nn';

export const gptContext = 64;
export const gptVocabulary = 65;

/** The network of both sides. Its initial weights are large enough that the logits of an untrained network differ and samples depend on them. */
export const peersGpt = (weights: Parameters): Gpt =>
  gpt(weights, {
    inputs: gptVocabulary,
    outputs: gptVocabulary,
    context: gptContext,
    heads: 4,
    headSize: 32,
    blocks: 4,
    initialSd: 0.08,
  });
