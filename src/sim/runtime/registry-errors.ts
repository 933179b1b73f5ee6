// A registry's error list as Go clients print it: `denied: requested access ...`.

import { at, items, text } from "../api/json.js";
import { readJson } from "./manifest.js";

/** What each code's own description says: an error that repeats it is printed as the code alone. */
const descriptions: Readonly<Record<string, string>> = {
  UNKNOWN: "unknown error",
  UNSUPPORTED: "The operation is unsupported.",
  UNAUTHORIZED: "authentication required",
  DENIED: "requested access to the resource is denied",
  UNAVAILABLE: "service unavailable",
  TOOMANYREQUESTS: "too many requests",
};

/** Codes that only the client of distribution itself knows. */
const distributionDescriptions: Readonly<Record<string, string>> = {
  ...descriptions,
  MANIFEST_UNKNOWN: "manifest unknown",
  BLOB_UNKNOWN: "blob unknown to registry",
  NAME_UNKNOWN: "repository name not known to registry",
  NAME_INVALID: "invalid repository name",
  DIGEST_INVALID: "provided digest did not match uploaded content",
  SIZE_INVALID: "provided length did not match content length",
  TAG_INVALID: "manifest tag did not match URI",
  MANIFEST_INVALID: "manifest invalid",
  MANIFEST_UNVERIFIED: "manifest failed signature verification",
  MANIFEST_BLOB_UNKNOWN: "blob unknown to registry",
};

export interface RegistryError {
  /** As the client knows it; UNKNOWN for any other. */
  readonly code: string;
  readonly message: string;
  readonly hasDetail: boolean;
}

/** [] when the body is no error list. */
export function readErrors(body: Buffer): RegistryError[] {
  return items(readJson(body), "errors").map((error) => {
    const detail = at(error, "detail");
    return {
      code: text(error, "code").toUpperCase(),
      message: text(error, "message"),
      hasDetail: detail !== undefined && detail !== null,
    };
  });
}

/** One as `denied: text`, several below each other; `knows` is the client's own list of codes. */
export function errorsText(
  errors: readonly RegistryError[],
  knows: "containerd" | "distribution",
  isOneWordKept = true,
): string {
  const known = knows === "containerd" ? descriptions : distributionDescriptions;
  const lines = errors.map((error) => {
    const code = error.code in known ? error.code : "UNKNOWN";
    const word = code.toLowerCase().replaceAll("_", " ");
    const isBare = !error.hasDetail && (error.message === "" || error.message === known[code]);
    return isBare && isOneWordKept ? word : `${word}: ${error.message}`;
  });
  return lines.length === 1 ? (lines[0] ?? "") : `errors:\n${lines.join("\n")}\n`;
}
