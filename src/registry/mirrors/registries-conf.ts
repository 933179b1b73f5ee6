// CRI-O's and Podman's registries.conf, version 2:
// https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md, semantics reference 5.6.

import { parse, TomlError } from "smol-toml";
import { ToolError } from "../../model/errors.js";
import { type Place, registryItself } from "../where.js";

interface Image {
  readonly registry: string;
  readonly repository: string;
  readonly isByDigest: boolean;
}

/** The places for an image, or the reason why the configuration forbids it. */
export type ConfPlaces =
  | { readonly ok: true; readonly places: readonly Place[] }
  | { readonly ok: false; readonly why: string };

/** Throws ToolError `mirrors-unreadable`. */
export function placesFromRegistriesConf(text: string, path: string, image: Image): ConfPlaces {
  const document = tableOf(parsed(text, path));
  const name = `${image.registry}/${image.repository}`;
  const entry = longestPrefix(tablesOf(document.registry), name);
  if (entry === undefined) return { ok: true, places: [registryItself(image.registry, false)] };
  const prefix = prefixOf(entry);
  if (entry.blocked === true) return { ok: false, why: `registry ${prefix} is blocked in ${path}` };
  const mirrors = tablesOf(entry.mirror)
    .filter(({ "pull-from-mirror": when }) => when !== (image.isByDigest ? "tag-only" : "digest-only"))
    .filter(() => !(entry["mirror-by-digest-only"] === true && !image.isByDigest))
    .flatMap((mirror) =>
      placeOf(textOf(mirror.location), mirror.insecure === true, prefix, name, path, true),
    );
  const location = textOf(entry.location) || prefix;
  const own = placeOf(location, entry.insecure === true, prefix, name, path, false);
  return { ok: true, places: [...mirrors, ...own] };
}

/** `location` stands for what `prefix` matched; the rest of the name is kept. */
function placeOf(
  location: string,
  isInsecure: boolean,
  prefix: string,
  name: string,
  path: string,
  isMirror: boolean,
): Place[] {
  if (location === "") return [];
  const isWild = prefix.startsWith("*.");
  const rest = isWild ? name.slice(name.indexOf("/")) : name.slice(prefix.length);
  const whole = isWild && location === prefix ? name : location + rest;
  const slash = whole.indexOf("/");
  if (slash < 1) return [];
  const host = whole.slice(0, slash);
  if (!URL.canParse(`https://${host}`)) return [];
  const { url } = registryItself(host, false);
  return [
    {
      url,
      canResolve: true,
      canPull: true,
      isMirror,
      repository: whole.slice(slash + 1),
      from: path,
      ...(isInsecure ? { isInsecure: true } : {}),
    },
  ];
}

type Table = Readonly<Record<string, unknown>>;

function longestPrefix(entries: readonly Table[], name: string): Table | undefined {
  const fitting = entries.filter((entry) => fits(prefixOf(entry), name));
  return fitting.sort((a, b) => prefixOf(b).length - prefixOf(a).length)[0];
}

function fits(prefix: string, name: string): boolean {
  if (prefix === "") return false;
  if (prefix.startsWith("*.")) return name.slice(0, name.indexOf("/")).endsWith(prefix.slice(1));
  return name === prefix || name.startsWith(`${prefix}/`);
}

const prefixOf = (entry: Table): string => textOf(entry.prefix) || textOf(entry.location);

function parsed(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const where = error instanceof TomlError ? `line ${error.line}, column ${error.column}` : "somewhere";
    throw new ToolError("mirrors-unreadable", {
      what: `the mirror configuration ${path} cannot be read`,
      why: `it is no TOML at ${where}`,
      do: "correct the file, or leave --mirrors out",
    });
  }
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const tablesOf = (value: unknown): readonly Table[] => (Array.isArray(value) ? value.map(tableOf) : []);
const tableOf = (value: unknown): Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
