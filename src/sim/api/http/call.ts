// One request to the API server, understood: who asks, what it is about, which shape is wanted; and
// the answer that a handler gives.

import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "../../clock.js";
import type { Identity, Tokens } from "../access/identity.js";
import type { NodeSide } from "../node-side.js";
import type { Store } from "../store.js";
import type { Pages } from "./pages.js";
import type { Tables } from "./tables.js";
import type { Target } from "./target.js";

/** What the API server reports about itself: `{ minor: 35, text: "v1.35.2" }`. */
export interface ServerVersion {
  readonly minor: number;
  readonly text: string;
}

/** What every handler works on. */
export interface Api {
  readonly store: Store;
  readonly clock: Clock;
  readonly version: ServerVersion;
  readonly tables: Tables;
  readonly pages: Pages;
  readonly nodes: NodeSide;
  readonly tokens: Tokens;
}

export interface Call {
  readonly method: string;
  /** Decoded, without the query and without a persona's prefix. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly who: Identity;
  /** Sent as Warning headers; handlers add to it. */
  readonly warnings: string[];
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}

/** A call about a resource. */
export interface ResourceCall extends Call {
  readonly target: Target;
}

/** What a handler that keeps the connection open writes to. */
export interface Outlet {
  write(text: string): void;
  end(): void;
}

export type Answer =
  | {
      readonly is: "whole";
      readonly code: number;
      readonly contentType: string;
      readonly body: string | Buffer;
    }
  | {
      readonly is: "stream";
      readonly contentType: string;
      /** Writes until it ends the outlet or the call's signal aborts. */
      readonly start: (outlet: Outlet) => void;
    };

export const JSON_TYPE = "application/json";

export function jsonAnswer(body: object | string, code = 200): Answer {
  return {
    is: "whole",
    code,
    contentType: JSON_TYPE,
    body: typeof body === "string" ? body : `${JSON.stringify(body)}\n`,
  };
}

export function textAnswer(body: string, code = 200): Answer {
  return { is: "whole", code, contentType: "text/plain; charset=utf-8", body };
}

/** A query flag: `true`, `1`, or present without a value. */
export function isSet(query: URLSearchParams, key: string): boolean {
  const value = query.get(key);
  return value === "true" || value === "1" || value === "";
}

/** A whole number of the query; undefined when it is absent or none. */
export function numberIn(query: URLSearchParams, key: string): number | undefined {
  const value = query.get(key) ?? "";
  return /^\d+$/.test(value) ? Number(value) : undefined;
}
