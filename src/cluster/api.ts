// What gathering needs of an API server: paths in, answers out. `client.ts` implements it over
// HTTP; nothing above it knows about kubeconfigs, certificates or proxies.

import type { Executed } from "./exec-status.js";

/** One answer, its body still on the way. Bodies arrive decoded (gzip is undone). */
export interface ApiAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface ApiRequest {
  /** Default `application/json`. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

export interface Api {
  /** Context name, or the server's host when there is none: `prod-eu`. */
  readonly name: string;
  /** `https://10.0.0.1:6443`, without a path at the end. */
  readonly server: string;
  /** The context's namespace, `default` when it names none. */
  readonly namespace: string;
  /** Requests made so far, retries included. */
  readonly asked: number;
  /** Bytes received so far, as they came over the wire when that can be told, else decoded. */
  readonly received: number;
  /**
   * `path` begins with `/api/` or `/apis/` and has its query. Any status is an answer; throws a
   * ToolError (`cluster-unreachable`, `cluster-untrusted`, `login-failed`, ...) when none came.
   * Waits out 429 with Retry-After by itself, within a bound.
   */
  get(path: string, request?: ApiRequest): Promise<ApiAnswer>;
  /** Only for questions that the API asks as a POST, such as SelfSubjectRulesReview. */
  post(path: string, body: unknown): Promise<ApiAnswer>;
  close(): Promise<void>;
}

export interface WriteRequest {
  readonly method: "POST" | "PATCH" | "DELETE";
  /** Begins with `/api/` or `/apis/` and has its query. */
  readonly path: string;
  readonly body: unknown;
  /** Default `application/json`; patches name theirs. */
  readonly contentType?: string;
}

/**
 * A connection that may change the cluster. Only commands that change something get one; whoever gets an
 * `Api` cannot write with it.
 */
export interface WritingApi {
  readonly api: Api;
  /** Any status is an answer. Never sent twice by itself; throws like `Api.get`, and then nobody knows whether it was done. */
  write(request: WriteRequest): Promise<ApiAnswer>;
}

/** A connection that may also run commands in containers. */
export interface ActingApi extends WritingApi {
  /** `path` is that of the pod's `exec` with its query. Never rejects for what came of it. */
  exec(path: string, signal: AbortSignal): Promise<Executed>;
}
