// Reading untyped YAML or JSON one field at a time: what has another shape counts as absent.

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of an object; none for anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that is not empty: `token: ""` means "no token" everywhere in a kubeconfig. */
export function textIn(fields: Fields, key: string): string | undefined {
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function textsIn(fields: Fields, key: string): readonly string[] {
  return listOf(fields[key]).filter((value): value is string => typeof value === "string");
}

/** `{ [key]: value }`, or nothing when there is no value: for optional properties. */
export function given<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}
