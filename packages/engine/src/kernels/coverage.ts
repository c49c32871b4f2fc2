/** Why a kernel is not compiled, and what to do instead. */
export interface Refusal {
  readonly reason: string;
  readonly instead: string;
}

const forAll = (kernels: readonly string[], refusal: Refusal): [string, Refusal][] =>
  kernels.map((kernel) => [kernel, refusal]);

/** Kernels of TF.js that the engine refuses. With those that have a rule and those that are composed, these are all of them. */
export const refusedKernels: ReadonlyMap<string, Refusal> = new Map([
  ...forAll(['Complex', 'ComplexAbs', 'Real', 'Imag'], {
    reason: 'a graph holds no complex numbers',
    instead: 'keep real and imaginary parts as two tensors',
  }),
  ...forAll(['FFT', 'IFFT'], {
    reason: 'a graph holds no complex numbers',
    instead: 'write the transform as products with matrices of cosines and sines, or transform the data beforehand',
  }),
  ...forAll(['Multinomial'], {
    reason: 'a graph draws no random numbers',
    instead: 'declare uniform noise as an input and take argMax(logits - log(-log(noise)))',
  }),
  ...forAll(['Unique'], {
    reason: 'the shape of its result depends on values',
    instead: 'run it outside the program, or count with bincount or oneHot',
  }),
  ...forAll(['NonMaxSuppressionV3', 'NonMaxSuppressionV4', 'NonMaxSuppressionV5'], {
    reason: 'the number of boxes that it keeps depends on values',
    instead: 'return the boxes and scores and select outside the program',
  }),
  ...forAll(['SparseFillEmptyRows', 'SparseReshape', 'SparseSegmentMean', 'SparseSegmentSum'], {
    reason: 'the shape of its result depends on values',
    instead: 'use gather with unsortedSegmentSum, whose number of segments is declared',
  }),
  ...forAll(['RaggedGather', 'RaggedRange', 'RaggedTensorToTensor'], {
    reason: 'the shape of its result depends on values',
    instead: 'pad rows to one length and mask',
  }),
  ...forAll(['StaticRegexReplace', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast'], {
    reason: 'a graph holds no strings',
    instead: 'turn text into numbers before the program',
  }),
  ...forAll(['CropAndResize', 'Transform'], {
    reason: 'where it reads depends on values, and no ONNX operator reads as TF.js does',
    instead: 'augment images before the program, or use slice, resizeBilinear, rotateWithOffset and flipLeftRight',
  }),
  ...forAll(['Dilation2D', 'Dilation2DBackpropInput', 'Dilation2DBackpropFilter'], {
    reason: 'grey-scale dilation has no ONNX operator',
    instead: 'take the maximum of shifted slices, each plus its tap of the filter',
  }),
  ...forAll(['BroadcastArgs'], {
    reason: 'it computes with shapes as values',
    instead: 'shapes are known while a program is traced: use tf.broadcast_util',
  }),
  ...forAll(['Draw', 'FromPixels'], {
    reason: "it needs a browser's canvas",
    instead: 'do it outside the program',
  }),
]);

/** Kernel names that never become a node, by what TF.js or this engine does instead. */
export const composedKernels: ReadonlyMap<string, string> = new Map([
  ['BroadcastTo', 'TF.js writes it as Reshape and Tile'],
  ['FusedBatchNorm', 'taken apart while a program is traced: Sub, Rsqrt, Multiply, Add'],
  ['FusedDepthwiseConv2D', 'taken apart while a program is traced: DepthwiseConv2dNative, Add and an activation'],
  ['_FusedMatMul', 'taken apart while a program is traced: BatchMatMul, Add and an activation'],
  ['Identity', 'the same value; no node'],
  ['LogSoftmax', 'TF.js writes it as Sub, Max, Exp, Sum and Log'],
  ['LogicalXor', 'TF.js writes it as LogicalOr, LogicalAnd and LogicalNot'],
  ['LowerBound', 'TF.js writes it as SearchSorted'],
  ['UpperBound', 'TF.js writes it as SearchSorted'],
  ['MatrixBandPart', 'TF.js writes it as Range, Sub, LessEqual, GreaterEqual, LogicalAnd and Select'],
  ['Pool', 'TF.js writes it as SpaceToBatchND, AvgPool or MaxPool, and BatchToSpaceND'],
  ['ResizeBilinearGrad', 'two BatchMatMul with the interpolation matrices: the gradient that this engine registers'],
  ['ResizeNearestNeighborGrad', 'two BatchMatMul with the selection matrices: the gradient that this engine registers'],
]);

const infiniteFilters = 'NaN where an infinite filter meets padding, which TF.js leaves out';
const allChannels = 'NaN and infinity reach every channel: TF.js keeps them within the radius';

/** Kernels where NaN and infinity come out elsewhere than in TF.js `cpu`; everywhere else they come out in the same place. */
export const specialValueLimits: ReadonlyMap<string, string> = new Map([
  ['Conv2D', infiniteFilters],
  ['Conv2DBackpropInput', infiniteFilters],
  ['Conv2DBackpropFilter', infiniteFilters],
  ['Conv3D', infiniteFilters],
  ['Conv3DBackpropInputV2', infiniteFilters],
  ['Conv3DBackpropFilterV2', infiniteFilters],
  ['DepthwiseConv2dNative', infiniteFilters],
  ['DepthwiseConv2dNativeBackpropInput', infiniteFilters],
  ['DepthwiseConv2dNativeBackpropFilter', infiniteFilters],
  ['FusedConv2D', infiniteFilters],
  ['LRN', allChannels],
  ['LRNGrad', allChannels],
  ['TopK', 'NaN are ordered otherwise'],
  ['UnsortedSegmentSum', 'NaN and infinity stay in their segment: TF.js spreads them over all'],
]);

/** Calls of a kernel that are refused, and where its results differ from TF.js `cpu` otherwise. */
export const kernelLimits: ReadonlyMap<string, string> = new Map([
  ['Cast', 'float32 beyond int32 becomes 0, which TF.js wraps around'],
  ['FloorDiv', 'quotients beyond int32 become 0, which TF.js wraps around'],
  ['Select', 'NaN, not slope * gradient, in the gradient of a leaky ReLU of NaN'],
  ['Step', '1 for NaN right behind a ReLU'],
  ['TopK', 'sorted also where `sorted` is false'],
  ['SparseToDense', 'no repeated indices: which of them stays is open'],
  ['TensorScatterUpdate', 'no repeated indices: which of them stays is open'],
  ['StridedSlice', 'no strides along with newAxisMask or shrinkAxisMask, where TF.js reads the wrong elements'],
  ['MaxPool3DGrad', 'right for any window; TF.js only where it is as high as wide'],
  ['Einsum', 'any equation with `->`; TF.js gives a wrong shape where it sums an axis of one operand beside another'],
  ['UnsortedSegmentSum', 'int32 stays int32, which TF.js `cpu` makes float32'],
  ['Softmax', 'any axis; TF.js the last only'],
]);
