// Meanings that need the layers around them become causes here: a 401 is read by who answered it,
// what was sent, and which registry it is. Sources: image-pull semantics 6 and 7, corpus/README.

import type { MessageCause } from "../model/reading.js";
import { registryFamily } from "../model/registry-family.js";
import { isMalformed, repositoryOf } from "./addresses.js";
import type { Chain } from "./chain.js";
import { causeOfStatus, missing, refused } from "./http-status.js";
import { type Meant, meant, nothing } from "./meant.js";
import { type Meaning, marksOf } from "./sentence.js";

const none: readonly MessageCause[] = [];

/** Words of a policy that is about images. */
const imageWords = ["image", "registry", "registries", "signature", "cosign", "notary", "latest tag"];

/** Names of refused objects, which may be anything: `Pod/shop/image-puller`, `pods "registry"`. */
const objects = /\b[A-Z]\w*\/[\w.\n-]+\/[\w.\n-]+|\bpods? "[^"]*"/g;

export function meaningOf(chain: Chain, text: string): Meant {
  const meaning = chain.meaning;
  const decided = chain.decided;
  const said =
    decided ?? (chain.leaf !== undefined && chain.leaf.says !== "nothing" ? chain.leaf : chain.saying);
  const found = byName(resolve(meaning, chain, text), chain);
  const more = said?.also ?? none;
  if (found.cause === undefined) return { cause: undefined, also: [...more, ...found.also] };
  const beside = decided === undefined ? none : besideDecided(chain);
  if (more.length === 0 && beside.length === 0) return found;
  const also = [...new Set([...found.also, ...more, ...beside])].filter((cause) => cause !== found.cause);
  return { cause: found.cause, also };
}

/** What a registry says of a name that is none: it looked for something else than was meant. */
function byName(found: Meant, chain: Chain): Meant {
  if (found.cause === undefined || found.cause === "not-image-pull" || !answersToNames.has(found.cause))
    return found;
  if (!isMalformed(chain.image ?? chain.ref ?? "")) {
    const isBareHost = found.cause === "dns-failure" && chain.host !== undefined && !chain.host.includes(".");
    return isBareHost ? meant(found.cause, ...found.also, "invalid-reference") : found;
  }
  return meant("invalid-reference", found.cause, ...found.also);
}

const answersToNames: ReadonlySet<MessageCause> = new Set([
  "dns-failure",
  "tag-not-found",
  "repository-not-found",
  "credentials-missing",
  "access-denied",
]);

/** A proxy that cannot be reached is the proxy's failure, and the reason why stays worth a look. */
function besideDecided(chain: Chain): readonly MessageCause[] {
  return chain.decided?.group === "proxy" && chain.leaf?.says === "no-route" ? ["no-route"] : [];
}

function resolve(meaning: Meaning, chain: Chain, text: string): Meant {
  switch (meaning) {
    case "nothing":
      return chain.status === undefined ? nothing : causeOfStatus(chain);
    case "unknown":
      return nothing;
    case "http-status":
      return causeOfStatus(chain);
    case "manifest-unknown":
      return missing(chain);
    case "unauthorized":
      return chain.isUnder(login) ? loginRefused(chain) : refused(chain, 401);
    case "denied":
      return chain.isUnder(bothAtOnce) ? hidden(chain) : refused(chain, 403);
    case "hidden-repository":
      return hidden(chain);
    case "login-refused":
      return loginRefused(chain);
    case "not-registry-body":
      return chain.status === 404 ? noRegistryThere : notRegistryBody(chain);
    case "broken-json":
      return isAnswer(chain) ? notRegistryBody(chain) : meant("secret-malformed");
    case "deadline":
      return chain.url === undefined
        ? meant("pull-timeout", "connection-timeout")
        : meant("connection-timeout", "pull-timeout");
    case "cut-off":
      return cutOff(chain);
    case "closed":
      return closed(chain);
    case "admission":
      return admission(text);
    case "local-file":
      return localFile(chain);
    default:
      return { cause: meaning, also: [] };
  }
}

/** "Not there or not allowed": which one is likelier, the name tells at best on Docker Hub. */
function hidden(chain: Chain): Meant {
  const named = chain.ref ?? chain.image ?? "";
  const isOfficial =
    named !== "" && chain.registry === "docker.io" && repositoryOf(named).startsWith("library/");
  return isOfficial
    ? meant("repository-not-found", "credentials-missing", "access-denied")
    : meant("credentials-missing", "access-denied", "repository-not-found");
}

/** Below a runtime's layers broken JSON is an answer's; before any of them the kubelet reads a pull secret. */
function isAnswer(chain: Chain): boolean {
  return chain.isUnder(runtimes);
}

const runtimes = marksOf(["containerd", "containers-image", "docker", "buildkit", "go-net"]);
const store = marksOf(["runtime-store"]);
const login = marksOf(["login"]);
/** Below words that say "not there or not allowed", a bare "denied" adds nothing. */
const bothAtOnce = marksOf(["hidden"]);
/** A page that says 404 is written by a web server: no registry answers under that name. */
const noRegistryThere = meant(
  "intercepted-response",
  "repository-not-found",
  "tag-not-found",
  "registry-error",
);
const request = marksOf(["request"]);
const unpack = marksOf(["unpack"]);

/** containers/image says "invalid username/password" of every 401 of a token server, anonymous ones included. */
function loginRefused(chain: Chain): Meant {
  const family = registryFamily(chain.registry ?? chain.host ?? "");
  const isBare =
    chain.leaf === undefined || chain.leaf.says === "nothing" || chain.leaf.says === "unauthorized";
  if (family === "ghcr" && isBare)
    return meant("credentials-missing", "credentials-rejected", "access-denied", "repository-not-found");
  return meant("credentials-rejected", "credentials-missing", "credentials-expired");
}

function notRegistryBody(chain: Chain): Meant {
  const status = chain.status ?? 0;
  if (status === 404)
    return meant("tag-not-found", "repository-not-found", "intercepted-response", "registry-error");
  if (status === 429) return meant("rate-limited", "intercepted-response");
  if (status === 408) return meant("intercepted-response", "connection-timeout", "registry-unavailable");
  if (status >= 500) return meant("registry-unavailable", "intercepted-response", "proxy-failure");
  if (status === 401 || status === 403)
    return meant("access-denied", "intercepted-response", "policy-blocked", "credentials-missing");
  if (status === 407) return meant("proxy-failure");
  return meant("intercepted-response", "proxy-failure", "registry-error");
}

/** EOF in a request is the connection's; EOF while a layer is laid out is the layer's. */
function closed(chain: Chain): Meant {
  if (!chain.isUnder(request) && (chain.isUnder(unpack) || chain.isUnder(store)))
    return meant("content-corrupt", "unpack-failed");
  return meant("connection-reset", "proxy-failure", "registry-unavailable");
}

/** Cut off in a request is the network's doing; cut off inside content may be the content's. */
function cutOff(chain: Chain): Meant {
  if (chain.isUnder(store) || chain.stage === "unpack" || chain.stage === "blob") {
    return meant("content-corrupt", "connection-reset");
  }
  return meant("connection-reset", "content-corrupt", "proxy-failure");
}

function localFile(chain: Chain): Meant {
  if (chain.pull !== "always" && !chain.isUnder(unpack)) return nothing;
  return meant("unpack-failed", "disk-full", "content-corrupt");
}

function admission(text: string): Meant {
  const lower = text.replace(objects, "").toLowerCase();
  return imageWords.some((word) => lower.includes(word))
    ? meant("policy-blocked", "access-denied")
    : { cause: "not-image-pull", also: [] };
}
