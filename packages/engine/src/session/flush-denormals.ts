/**
 * What every session is opened with: results too small for a normal float32 (below 1.2e-38) count as zero, as on TensorFlow's threads. Adam's
 * mean of gradients gets there some 800 steps after the last gradient of a weight, and a processor takes many times as long for each such
 * number: the steps of quick's MADE took a quarter more from the 900th on.
 *
 * ONNX Runtime heeds the first session of a process alone, and sets the thread that opens it: JavaScript's own, whose doubles below
 * 2.2e-308 become zero with it. So every session asks for it, whichever comes first.
 */
export const flushDenormals = { extra: { session: { set_denormal_as_zero: '1' } } } as const;
