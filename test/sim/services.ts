// Every registry service of the world with the same repositories and accounts, and the way of a client that
// wants a manifest: from the first answer over the token to the second.

import { challengeOf, type OpenRegistries, openRegistries, tokenAnswer } from "./ask.js";

export const ecrHost = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
export const garHost = "europe-west1-docker.pkg.dev";

export type Login = readonly [username: string, password: string];
export const good: Login = ["reader", "right"];
export const wrong: Login = ["reader", "wrong"];
/** A good login without rights to what only `reader` may read. */
export const other: Login = ["other", "right"];
export const old: Login = ["old", "right"];

export async function openServices(): Promise<OpenRegistries> {
  const open = "{ private: false, tags: [v1] }";
  const own = "{ private: true, readers: [reader], tags: [v1] }";
  const accounts = "{ reader: right, AWS: right, other: right, old: { password: right, expired: true } }";
  const registry = (host: string, more = "") => `
  ${host}:
    ${more}
    accounts: ${accounts}
    repositories: { acme/open: ${open}, acme/own: ${own}, proj/repo/open: ${open}, proj/repo/own: ${own} }`;
  return await openRegistries(`registries:
${[
  registry("docker.io"),
  registry(ecrHost),
  registry("public.ecr.aws"),
  registry("ghcr.io"),
  registry(garHost),
  registry("acme.azurecr.io"),
  registry("quay.io"),
  registry("registry.gitlab.com"),
  registry("harbor.example", "dialect: harbor"),
  registry("nexus.example", "dialect: nexus"),
  registry("jfrog.example", "dialect: artifactory"),
  registry("htpasswd.example", "dialect: htpasswd"),
  registry("token.example", "dialect: bearer"),
  registry("plain.example"),
].join("")}`);
}

export interface Way {
  /** Status of each answer, in order: registry, token endpoint (when asked), registry. */
  readonly statuses: readonly number[];
  /** The scheme and error parameter of the last challenge. */
  readonly asks: string;
  /** The last body. */
  readonly text: string;
}

/** Goes the way of a client that wants a manifest, with a login or without. */
export async function way(
  world: OpenRegistries,
  host: string,
  repository: string,
  tag: string,
  login?: Login,
): Promise<Way> {
  const url = `https://${host === "docker.io" ? "registry-1.docker.io" : host}/v2/${repository}/manifests/${tag}`;
  const first = await world.ask(url);
  const told = (answer: typeof first, before: readonly number[]): Way => {
    const challenge = challengeOf(answer.headers["www-authenticate"]);
    return {
      statuses: [...before, answer.status],
      asks: [challenge.scheme, challenge.error].filter(Boolean).join(" "),
      text: answer.text,
    };
  };
  const { scheme } = challengeOf(first.headers["www-authenticate"]);
  if (scheme === "Basic" && login !== undefined) return told(await world.ask(url, { login }), [first.status]);
  if (scheme !== "Bearer") return told(first, []);
  const token = await tokenAnswer(world, url, login);
  if (token.status !== 200) return told(token, [first.status]);
  return told(await world.ask(url, { token: String(token.json().token) }), [first.status, token.status]);
}
