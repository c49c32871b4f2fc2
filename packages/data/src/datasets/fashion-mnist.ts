import type { DatasetDefinition } from '../define-dataset.ts';
import { idxDataset } from '../sources/idx-files.ts';

const name = 'fashion-mnist';

/** The authors' bucket and repository. Plain HTTP is no loss: the hashes say what must come. */
const mirrors = [
  'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com',
  'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion',
];

/** SHA-256 of the files whose MD5 the authors publish. */
const files = {
  'train-images-idx3-ubyte.gz': '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
  'train-labels-idx1-ubyte.gz': 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
  't10k-images-idx3-ubyte.gz': '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
  't10k-labels-idx1-ubyte.gz': '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
};

/**
 * Articles of clothing, in the form of MNIST and harder.
 *
 * @see Xiao et al. 2017, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms", arXiv:1708.07747
 */
export const fashionMnist: DatasetDefinition = idxDataset({
  name,
  subject: 'Articles of clothing',
  description:
    'Articles of clothing of ten kinds, 28 x 28 grey: 60 000 images for training, split class by class from the seed, and 10 000 for testing.',
  spec: { kind: 'image', shape: [28, 28, 1], range: [0, 1], classes: 10 },
  remedy:
    'get it with `pnpm bench data --download fashion-mnist` (31 MB), install Debian’s package dataset-fashion-mnist, or put its four files into the sub-folder fashion-mnist of the data folder (--data-dir).',
  remote: Object.entries(files).map(([file, sha256]) => ({
    name: file,
    urls: mirrors.map((mirror) => `${mirror}/${file}`),
    sha256,
  })),
});
