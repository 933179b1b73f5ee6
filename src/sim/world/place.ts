// `namespace/name`, as keys of a world file say where an object is.

import type { Part } from "./yaml.js";

export function placeOf(key: string, part: Part): { readonly namespace: string; readonly name: string } {
  const [, namespace, name] = /^([a-z0-9-]+)\/([a-z0-9.-]+)$/.exec(key) ?? [];
  if (namespace === undefined || name === undefined)
    return part.fail(`${key} is not of the form namespace/name`);
  return { namespace, name };
}
