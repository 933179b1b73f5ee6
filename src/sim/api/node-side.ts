// What the API server asks of the kubelet that runs a pod: logs, and streams into a container.

import type { KubeObject } from "./json.js";

export interface ContainerTarget {
  readonly pod: KubeObject;
  readonly container: string;
}

export interface LogLine {
  /** World time in ms. */
  readonly at: number;
  /** Without the line end. */
  readonly text: string;
}

/** The lines of one run of a container: those written so far, and a way to be told of later ones. */
export interface LogSource {
  readonly lines: readonly LogLine[];
  /** Calls `on` for each later line, and `end` once when the container ends. Returns the way to stop. */
  follow(on: (line: LogLine) => void, end: () => void): () => void;
}

/** Both directions of an exec or attach. */
export interface Session {
  /** Input in order; ends when the client closes it. Empty when the client sends none. */
  readonly stdin: AsyncIterable<Buffer>;
  readonly stdout: (bytes: string | Buffer) => void;
  /** With a terminal the same as stdout. */
  readonly stderr: (bytes: string | Buffer) => void;
  readonly hasStdin: boolean;
  readonly hasTty: boolean;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}

/** Everything that a container does for outsiders. Called only for containers that run. */
export interface NodeSide {
  /** The lines of the current run, or of the run before it; undefined when there are none. */
  logs(target: ContainerTarget, isPrevious: boolean): LogSource | undefined;
  /** Runs a command beside the container's own; resolves to its exit code. Throws ApiError when it cannot start. */
  exec(target: ContainerTarget, command: readonly string[], session: Session): Promise<number>;
  /** Joins the container's own process; resolves to its exit code, or undefined when the client left first. */
  attach(target: ContainerTarget, session: Session): Promise<number | undefined>;
}
