// Vitest's global setup: everything that tests put into the system's temporary folder goes when the run ends. The
// processes in which tests run are ended by a signal, so what they promise to do on "exit" is not done.

import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Short, since the paths of sockets lie in it; open, since some tests read as somebody else. */
export default function ownTemporaryFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "pd-"));
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
