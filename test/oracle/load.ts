// The answers of the Go code that Kubernetes 1.20 was built with, one row an input. Obtained by running
// docker/distribution's parser and the kubelet's BasicDockerKeyring on made-up inputs.

import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";

/** Parts are absent where they are not written; with `error` there are none. */
export interface ReferenceRow {
  readonly image: string;
  readonly error?: string;
  readonly domain?: string;
  readonly path?: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly familiar?: string;
  readonly withDefaultTag?: string;
  /** What the kubelet asks its keyring with. */
  readonly kubeletRepo?: string;
  /** `latest` where neither tag nor digest is written. */
  readonly kubeletTag?: string;
  readonly kubeletDigest?: string;
}

export interface KeyringRow {
  readonly image: string;
  /** Decoded `.dockerconfigjson` contents, in order. */
  readonly secrets: readonly { readonly auths: Readonly<Record<string, unknown>> }[];
  readonly secretError: string | null;
  readonly repo: string;
  readonly found: boolean;
  readonly credentials: readonly {
    readonly username: string;
    readonly password: string;
    readonly email?: string;
  }[];
}

export const referenceRows = (): readonly ReferenceRow[] => rowsOf<ReferenceRow>("references.jsonl.br");
export const keyringRows = (): readonly KeyringRow[] => rowsOf<KeyringRow>("keyring.jsonl.br");

function rowsOf<Row>(name: string): Row[] {
  const text = brotliDecompressSync(readFileSync(new URL(name, import.meta.url))).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Row => JSON.parse(line));
}
