import { createHash } from 'node:crypto';
import { InferenceSession } from 'onnxruntime-node';

/** A session in use; it is released when its last user lets go of it. */
export interface SessionLease {
  readonly session: InferenceSession;
  /** Whether this user has let go of it: then it must not run it, even while others do. */
  readonly released: boolean;
  /** Lets go of the session; a second call does nothing. */
  release(): Promise<void>;
}

interface Entry {
  readonly session: Promise<InferenceSession>;
  users: number;
}

const entries = new Map<string, Entry>();

/**
 * The session of a model: one in this process for the same bytes and options, as long as somebody uses it. Sessions keep no state
 * between runs, and two runs never overlap: onnxruntime-node computes on the thread that asked, one run after the other.
 */
export async function leaseSession(bytes: Uint8Array, options: InferenceSession.SessionOptions): Promise<SessionLease> {
  const key = createHash('sha256').update(JSON.stringify(options)).update(bytes).digest('hex');
  const entry = entries.get(key) ?? { session: InferenceSession.create(bytes, options), users: 0 };
  entries.set(key, entry);
  entry.users++;
  let held = true;
  const release = async () => {
    if (!held) return;
    held = false;
    entry.users--;
    if (entry.users > 0) return;
    entries.delete(key);
    await (await entry.session).release();
  };
  try {
    const session = await entry.session;
    return {
      session,
      release,
      get released() {
        return !held;
      },
    };
  } catch (error) {
    if (entries.get(key) === entry) entries.delete(key);
    throw error;
  }
}
