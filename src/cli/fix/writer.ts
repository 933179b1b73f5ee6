// The connection and the journal of a command that changes something.

import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as realSleep } from "node:timers/promises";
import type { WritingApi } from "../../cluster/api.js";
import { openWriter } from "../../cluster/client.js";
import { paced } from "../../cluster/pace.js";
import { Journal } from "../../mend/journal.js";
import { clusterOf, clusterWorldOf } from "../cluster-choice.js";
import type { Flags } from "../command.js";
import type { Io } from "../io.js";
import { numberOf } from "./flags.js";

/** `$XDG_STATE_HOME/pulldoctor/journal`. */
export function journalOf({ env, cwd }: Pick<Io, "env" | "cwd">): Journal {
  const { XDG_STATE_HOME: state, HOME: home } = env;
  const base = state !== undefined && state !== "" ? state : join(home ?? tmpdir(), ".local", "state");
  return new Journal(resolve(cwd, base, "pulldoctor", "journal"));
}

/** Throws what `openWriter` throws. */
export async function writerBy(flags: Flags, io: Io): Promise<WritingApi> {
  const writer = await openWriter(clusterOf(flags), clusterWorldOf(io));
  return paced(writer, numberOf(flags, "qps", 100));
}

/** Ends early, with an error, at Ctrl-C. */
export const sleeperOf =
  ({ signal }: Pick<Io, "signal">) =>
  (ms: number): Promise<void> =>
    realSleep(ms, undefined, { signal });
