// k3s's and RKE2's registries.yaml: https://docs.k3s.io/installation/private-registry. It becomes containerd's hosts.toml on
// the node, with the registry itself as the last place.

import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { ToolError } from "../../model/errors.js";
import { Secret } from "../../model/secret.js";
import { type Place, registryItself } from "../where.js";

type Table = Readonly<Record<string, unknown>>;

/** The places for a repository of a registry. Throws ToolError `mirrors-unreadable`. */
export async function placesFromRegistriesYaml(
  text: string,
  path: string,
  image: { readonly registry: string; readonly repository: string },
): Promise<readonly Place[]> {
  const document = tableOf(parsed(text, path));
  const mirrors = tableOf(document.mirrors);
  const configs = tableOf(document.configs);
  const entry = tableOf(mirrors[image.registry] ?? mirrors["*"]);
  const endpoints = Array.isArray(entry.endpoint)
    ? entry.endpoint.filter((one) => typeof one === "string")
    : [];
  const repository = rewritten(image.repository, tableOf(entry.rewrite));
  const places = await Promise.all(
    endpoints.map(async (endpoint): Promise<Place[]> => {
      const full = /^[a-z]+:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`;
      if (!URL.canParse(full)) return [];
      const url = new URL(full);
      return [
        {
          url,
          canResolve: true,
          canPull: true,
          isMirror: true,
          from: path,
          ...(url.pathname.length > 1 ? { ownPath: true } : {}),
          ...(repository === image.repository ? {} : { repository }),
          ...(await security(tableOf(tableOf(configs[url.host]).tls))),
        },
      ];
    }),
  );
  const own = {
    ...registryItself(image.registry, false),
    ...(await security(tableOf(tableOf(configs[image.registry]).tls))),
  };
  return [...places.flat(), own];
}

async function security(tls: Table): Promise<Partial<Place>> {
  const read = async (name: string): Promise<string | undefined> => {
    const path = tls[name];
    return typeof path === "string" ? readFile(path, "utf8") : undefined;
  };
  const [ca, cert, key] = await Promise.all([read("ca_file"), read("cert_file"), read("key_file")]);
  return {
    ...(tls.insecure_skip_verify === true ? { isInsecure: true } : {}),
    ...(ca === undefined ? {} : { ca: [ca] }),
    ...(cert === undefined || key === undefined ? {} : { client: { cert, key: new Secret(key) } }),
  };
}

/** The first rewrite whose pattern matches, as Go's regexp writes it: `"^rancher/(.*)": "mirror/$1"`. */
function rewritten(repository: string, rewrites: Table): string {
  for (const [pattern, replacement] of Object.entries(rewrites)) {
    if (typeof replacement !== "string" || pattern.length > 200) continue;
    const matcher = matcherOf(pattern);
    if (matcher?.test(repository)) return repository.replace(matcher, replacement);
  }
  return repository;
}

/** Go's regular expressions are a subset of ours, but for flags in the pattern. Undefined: not one we can run. */
function matcherOf(pattern: string): RegExp | undefined {
  // Nested quantifiers run for ever on our engine and not on Go's.
  if (/[+*}]\)?[+*{]/.test(pattern)) return undefined;
  try {
    return new RegExp(pattern);
  } catch {
    return undefined;
  }
}

function parsed(text: string, path: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw new ToolError("mirrors-unreadable", {
      what: `the mirror configuration ${path} cannot be read`,
      why: error instanceof Error ? (error.message.split("\n")[0] ?? "it is no YAML") : "it is no YAML",
      do: "correct the file, or leave --mirrors out",
      cause: error,
    });
  }
}

const tableOf = (value: unknown): Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
