/** Something is wrong with the files or the name of a dataset that whoever asked for it can put right; the message says how. */
export class DataError extends Error {
  override readonly name = 'DataError';
}
