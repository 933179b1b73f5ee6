// WWW-Authenticate, as far as clients of registries read it.

export interface Challenge {
  readonly scheme: "bearer" | "basic";
  readonly parameters: Readonly<Record<string, string>>;
}

/** Bearer before Basic, as containerd sorts them; unknown schemes are left out. */
export function readChallenges(header: string | undefined): Challenge[] {
  const challenges: Challenge[] = [];
  for (const [, scheme = "", rest = ""] of (header ?? "").matchAll(
    /\b(Bearer|Basic)\b((?:\s*,?\s*[A-Za-z_]+="[^"]*")*)/gi,
  )) {
    const parameters: Record<string, string> = {};
    for (const [, key = "", value = ""] of rest.matchAll(/([A-Za-z_]+)="([^"]*)"/g)) {
      parameters[key.toLowerCase()] = value;
    }
    challenges.push({ scheme: scheme.toLowerCase() === "bearer" ? "bearer" : "basic", parameters });
  }
  return challenges.sort((a, b) => Number(a.scheme === "basic") - Number(b.scheme === "basic"));
}

/** Go's url.Values.Encode: sorted by key, spaces as plus. */
export function encodeQuery(pairs: readonly (readonly [string, string])[]): string {
  const encode = (value: string): string => encodeURIComponent(value).replaceAll("%20", "+");
  return [...pairs]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .join("&");
}

export const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
