import { createHash } from 'node:crypto';

/** SHA-256 of bytes or UTF-8 text, in hexadecimal digits. */
export const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

/** A key of everything that decides a value: equal parts in equal order give equal keys. */
export const keyOf = (parts: Readonly<Record<string, unknown>>): string => sha256(JSON.stringify(parts));
