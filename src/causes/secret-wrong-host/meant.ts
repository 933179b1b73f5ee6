// Was a registry key of a pull secret meant for a registry that it does not match? Spellings of
// Docker Hub, a scheme or port too many or too few, another case, a parent domain, one slip.

import { distance } from "fastest-levenshtein";

/** Names under which people write Docker Hub; only some of them match, see semantics section 4.4. */
const dockerHub: ReadonlySet<string> = new Set([
  "docker.io",
  "index.docker.io",
  "registry-1.docker.io",
  "registry.docker.io",
  "registry.hub.docker.com",
  "hub.docker.com",
  "docker.com",
  "auth.docker.io",
  "*.docker.io",
]);

export function isMeantFor(key: string, registry: string): boolean {
  const written = hostOf(key);
  const wanted = hostOf(registry);
  if (dockerHub.has(wanted)) return dockerHub.has(written);
  if (written === wanted) return true;
  const bare = written.replace(/^\*\./, "");
  if (bare === wanted || (bare.includes(".") && wanted.endsWith(`.${bare}`))) return true;
  if (ecrOf(written) !== undefined || ecrOf(wanted) !== undefined)
    return ecrOf(written) !== undefined && ecrOf(wanted) !== undefined;
  return distance(written, wanted) <= 2;
}

const hostOf = (key: string): string =>
  key
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/\/.*$/, "")
    .replace(/:[\d*]+$/, "");

/** Account and region are where ECR hosts differ: another one of them is another registry of the same kind. */
const ecrOf = (host: string): string | undefined => /^\d{12}\.dkr[.-]ecr/.exec(host)?.[0];
