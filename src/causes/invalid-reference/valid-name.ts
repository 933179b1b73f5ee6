// The one valid name that an invalid one can have meant: what is no part of a name is taken off.

import { tryParseReference } from "../../model/reference.js";

/** `undefined`: a part has to be filled in, or more than one name could be meant. */
export function validName(image: string): string | undefined {
  if (/[{}<>$%]|\s\S/.test(image.trim())) return undefined;
  const bare = image
    .trim()
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/^\/+|[/:@]+$/g, "")
    .replace(/\/{2,}/g, "/");
  // Repositories are lower case everywhere; a tag keeps its case.
  const [, path = bare, rest = ""] = /^(.*?)((?::[^/:@]+)?(?:@[^/@]+)?)$/.exec(bare) ?? [];
  return [bare, `${path.toLowerCase()}${rest}`].find((name) => name !== image && tryParseReference(name).ok);
}
