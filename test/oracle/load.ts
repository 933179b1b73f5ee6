// The answers of the Go code that Kubernetes is built with, one row an input. Obtained by running
// the reference parsers and the kubelet's BasicDockerKeyring on made-up inputs.

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
  /** Whose grammar it is: 1.20, 1.31 or 1.36; 1.20 where it is not said. */
  readonly kubelet?: string;
}

/** Whole Secrets, as the API gives them. */
export interface SecretRow {
  readonly image: string;
  readonly secrets: readonly { readonly type: string; readonly data: Readonly<Record<string, string>> }[];
  readonly repo: string;
  readonly found: boolean;
  readonly credentials: KeyringRow["credentials"];
  /** For each secret: null, Go's error, or `ignored` for what the kubelet does not look at. */
  readonly errors: readonly (string | null)[];
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
export const moreReferenceRows = (): readonly ReferenceRow[] => rowsOf("more-references.jsonl.br");
export const secretRows = (): readonly SecretRow[] => rowsOf("secrets.jsonl.br");
export const keyringRows = (): readonly KeyringRow[] => rowsOf<KeyringRow>("keyring.jsonl.br");

function rowsOf<Row>(name: string): Row[] {
  const text = brotliDecompressSync(readFileSync(new URL(name, import.meta.url))).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Row => JSON.parse(line));
}
