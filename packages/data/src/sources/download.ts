/** How far a download is. */
export interface DownloadProgress {
  /** The file's name, without folders. */
  readonly file: string;
  /** Bytes that are there, those of an earlier attempt included. */
  readonly received: number;
  /** Bytes in all; null where the server does not say. */
  readonly total: number | null;
}
