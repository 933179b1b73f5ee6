// Which imagePullPolicy an image gets when its author names none. The rule is the API server's:
// `latest`, written or implied, is pulled always; whatever cannot be parsed counts as not latest.

const DOMAIN =
  "(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?";
const COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const REFERENCE = new RegExp(
  `^(?:${DOMAIN}/)?${COMPONENT}(?:/${COMPONENT})*(?::([\\w][\\w.-]{0,127}))?(@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
);

export function defaultPullPolicy(image: string): "Always" | "IfNotPresent" {
  const found = /^[a-f0-9]{64}$/.test(image) ? null : REFERENCE.exec(image);
  if (found === null) return "IfNotPresent";
  const [, tag, digest] = found;
  return tag === "latest" || (tag === undefined && digest === undefined) ? "Always" : "IfNotPresent";
}
