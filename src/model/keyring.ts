// Which credentials would the kubelet try for an image, and in which order? Follows
// pkg/credentialprovider/keyring.go; semantics reference 4.4.

import { decodeConfigObject } from "./docker-config.js";
import type { PullSecret, RegistryEntry } from "./objects.js";
import { type Reference, tryParseReference } from "./reference.js";
import { addressOf, matches, normaliseKey, type RegistryAddress } from "./registry-key.js";
import type { Secret } from "./secret.js";

/** One login that the kubelet would pass to the runtime. User and password may both be empty. */
export interface Credential {
  readonly username: string;
  readonly password: Secret;
  readonly email?: string;
  /** The registry key as it stands in the secret. */
  readonly key: string;
  /** Place of the secret in the list that was given. */
  readonly secretIndex: number;
}

/** A Secret of the model, or the decoded content of a `.dockerconfigjson`: `{ auths: { … } }`. */
export type CredentialSource = PullSecret | DockerConfigObject;

export interface DockerConfigObject {
  readonly auths?: Readonly<Record<string, unknown>> | null;
}

/**
 * The credentials for an image, in the order in which they are tried; each is one pull. `secrets`
 * are in the order of the pod's `imagePullSecrets`. [] when nothing matches, or when the image
 * cannot be parsed: then the kubelet asks for nothing.
 *
 * Every matching key counts, not just the best: they go in reverse order of the normalised keys
 * (longer paths first, literal hosts before `*`), and within one key in the order of the secrets.
 * Only when none matches and the image may be Docker Hub's, the entries of exactly
 * `index.docker.io` are used. What is in one secret under two spellings of one key has no fixed order
 * in the kubelet; here it is the order written.
 *
 * Where kubelets differ:
 * - A secret that cannot be decoded adds nothing here and the others still count, as in the
 *   keyring itself. Every kubelet refuses the whole set before it comes to that: see
 *   `PullSecret.trouble` (`malformed`).
 * - Up to 1.32 the node's own credentials (its config.json, credential provider plugins) are in
 *   the same keyring and sorted among these; from 1.33 on they come after all of these, each
 *   with its own fallback to `index.docker.io`.
 * - From 1.33 on (by default from 1.35) a pod without matching credentials may also be refused an
 *   image that is on the node already; that is not decided here.
 */
export function matchCredentials(
  image: string | Reference,
  secrets: readonly CredentialSource[],
): readonly Credential[] {
  const wanted = lookUpOf(image);
  if (wanted === undefined) return [];
  const found = findings(secrets, wanted.address, matches);
  if (found.length === 0) {
    return wanted.mayBeDockerHub ? findings(secrets, wanted.address, isIndexKey).map(credentialOf) : [];
  }
  // Array.sort is stable: within a key the order of the secrets stays.
  if (found.length > 1) found.sort((a, b) => (a.text === b.text ? 0 : a.text < b.text ? 1 : -1));
  return found.map(credentialOf);
}

/**
 * Why a registry key of a secret does not match an image, as a phrase for parentheses; `undefined`
 * when it does match, or when the image cannot be parsed.
 */
export function explainMatch(written: string, image: string | Reference): string | undefined {
  const wanted = lookUpOf(image);
  if (wanted === undefined) return undefined;
  const key = normaliseKey(written);
  if (key === undefined) return "the key cannot be read as an address, so the kubelet drops it";
  const isUsed = matches(key, wanted.address) || (wanted.mayBeDockerHub && isIndexKey(key));
  return isUsed ? undefined : whyNot(key, wanted.address);
}

function whyNot(key: RegistryAddress, wanted: RegistryAddress): string {
  const host = key.labels.join(".");
  const wantedHost = wanted.labels.join(".");
  if (wantedHost === "docker.io" && /^(?:[^.]+\.)?docker\.(?:io|com)$/i.test(host))
    return whyNotDockerHub(key, wanted, host);
  const isHost = matches({ ...key, port: wanted.port, path: "" }, wanted);
  if (!isHost) return whyNotHost(key, wanted, host, wantedHost);
  if (key.port !== wanted.port) {
    const [ours, theirs] = [key.port, wanted.port].map((port) => (port === "" ? "no port" : `port ${port}`));
    return `the key has ${ours}, the image ${theirs}; they must be written alike`;
  }
  return whyNotPath(key, wanted);
}

function whyNotHost(key: RegistryAddress, wanted: RegistryAddress, host: string, wantedHost: string): string {
  if (matches({ ...key, labels: host.toLowerCase().split("."), port: wanted.port, path: "" }, wanted)) {
    return `upper case: hosts are compared letter by letter, and the image says ${wantedHost}`;
  }
  if (/[*?[]/.test(host) && key.labels.length !== wanted.labels.length) {
    return `${host} has ${key.labels.length} of the parts between dots, ${wantedHost} has ${wanted.labels.length}; a * does not cross a dot`;
  }
  return /[A-Z]/.test(host + wantedHost) || host === "" ? `another host than ${wantedHost}` : "another host";
}

function whyNotDockerHub(key: RegistryAddress, wanted: RegistryAddress, host: string): string {
  const meant = "the key for Docker Hub is https://index.docker.io/v1/";
  if (host === "index.docker.io" && /^\/v[12]$/.test(key.path)) {
    return `without its last slash ${key.path} counts as a path; ${meant}`;
  }
  if (key.port !== "") return `port ${key.port} is not in the image's name; ${meant}`;
  if (host === "docker.io") return whyNotPath(key, wanted);
  return `${key.text} is not how images of Docker Hub are looked up; ${meant}`;
}

function whyNotPath({ path }: RegistryAddress, wanted: RegistryAddress): string {
  if (/^\/v[12]$/.test(path)) return `without a last slash ${path} counts as a path of the image`;
  if (/[*?[]/.test(path))
    return `a pattern works in the host alone; in the path ${path} it is taken literally`;
  if (/[:@]/.test(path)) return "the key has a tag or digest; they are no part of what is compared";
  return `the image's path ${wanted.path} does not begin with ${path}`;
}

interface Finding {
  readonly text: string;
  readonly credential: Credential;
}

const credentialOf = ({ credential }: Finding): Credential => credential;

function findings(
  secrets: readonly CredentialSource[],
  wanted: RegistryAddress,
  isMeant: (key: RegistryAddress, wanted: RegistryAddress) => boolean,
): Finding[] {
  const found: Finding[] = [];
  for (const [secretIndex, secret] of secrets.entries()) {
    for (const { address, entry } of keysOf(secret)) {
      if (isMeant(address, wanted)) found.push({ text: address.text, credential: { ...entry, secretIndex } });
    }
  }
  return found;
}

interface Key {
  readonly address: RegistryAddress;
  readonly entry: RegistryEntry;
}

// One secret serves thousands of pods, and one image is looked up in thousands of secrets: both
// are taken apart once. Only objects of the model, which never change.
const knownKeys = new WeakMap<PullSecret, readonly Key[]>();
const knownLookUps = new WeakMap<Reference, LookUp>();

function keysOf(secret: CredentialSource): readonly Key[] {
  if (!("entries" in secret)) return keysOfEntries(decodeConfigObject(secret));
  const known = knownKeys.get(secret);
  if (known !== undefined) return known;
  const keys = keysOfEntries(secret.entries);
  knownKeys.set(secret, keys);
  return keys;
}

const keysOfEntries = (entries: readonly RegistryEntry[]): readonly Key[] =>
  entries.flatMap((entry) => {
    const address = normaliseKey(entry.key);
    return address === undefined ? [] : [{ address, entry }];
  });

/** What the kubelet looks up: host and path, never tag or digest. */
interface LookUp {
  readonly address: RegistryAddress;
  readonly mayBeDockerHub: boolean;
}

/** `undefined` when the image, or its host as an address, cannot be parsed. */
function lookUpOf(image: string | Reference): LookUp | undefined {
  if (typeof image === "string") {
    const parsed = tryParseReference(image);
    return parsed.ok ? lookUpOf(parsed.reference) : undefined;
  }
  const known = knownLookUps.get(image);
  if (known !== undefined) return known;
  const { registry, repository } = image;
  const address = addressOf(registry === "" ? repository : `${registry}/${repository}`);
  if (address === undefined) return undefined;
  const lookUp = { address, mayBeDockerHub: mayBeDockerHub(address.text) };
  knownLookUps.set(image, lookUp);
  return lookUp;
}

/** The kubelet's own test, by which `localhost/app` may be Docker Hub's as well. */
function mayBeDockerHub(repository: string): boolean {
  const host = repository.slice(0, repository.indexOf("/"));
  return host === "docker.io" || host === "index.docker.io" || !/[.:]/.test(host);
}

const isIndexKey = (key: RegistryAddress): boolean => key.text === "index.docker.io";
