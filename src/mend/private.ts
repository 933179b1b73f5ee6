// Which changes may stand in a file and on a screen with their values. Images, names and labels may; an environment variable,
// an argument or an annotation may hold a password, so that of those only the place is noted.

import type { Edit } from "../fixes/edits.js";

const openFields: ReadonlySet<unknown> = new Set(["image", "imagePullPolicy"]);
const openParts: ReadonlySet<unknown> = new Set(["imagePullSecrets", "affinity", "nodeSelector"]);

export const isPrivate = ({ path }: Edit): boolean =>
  !openFields.has(path.at(-1)) &&
  !path.some((step) => openParts.has(step)) &&
  !(path[0] === "metadata" && path[1] === "labels");

const mark = "[hidden]";

/** The edit with `[hidden]` for what may be private in its values: of variables the value, of arguments all but the flag. */
export function hiddenValues(edit: Edit): Edit {
  if (!isPrivate(edit)) return edit;
  const { path, before, after } = edit;
  const field = path.findLast((step) => typeof step === "string" && hiders.has(step));
  const hide = hiders.get(String(field)) ?? hiddenBelow;
  return {
    path,
    ...(before === undefined ? {} : { before: hide(before) }),
    ...(after === undefined ? {} : { after: hide(after) }),
  };
}

function hiddenBelow(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hiddenBelow);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [
      key,
      (hiders.get(key) ?? hiddenBelow)(item),
    ]),
  );
}

/** A list of variables, one of them, or a value. Names stay. */
function hiddenVariables(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hiddenVariables);
  if (typeof value !== "object" || value === null) return mark;
  return "value" in value ? { ...value, value: mark } : value;
}

function hiddenWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hiddenWords);
  const flag = /^--?[A-Za-z][\w-]*(?==|$)/.exec(String(value))?.[0];
  return flag === undefined ? mark : flag === value ? flag : `${flag}=${mark}`;
}

const hiders: ReadonlyMap<string, (value: unknown) => unknown> = new Map([
  ["env", hiddenVariables],
  ["args", hiddenWords],
  ["command", hiddenWords],
]);
