// containerd's docker authorizer: tokens and logins for each host, asked for when a host challenges.
// core/remotes/docker/authorizer.go and auth/fetch.go; semantics reference 6.3, 7.2.

import { text } from "../../api/json.js";
import { basic, type Challenge, encodeQuery, readChallenges } from "../challenge.js";
import type { Reply } from "../exchange.js";
import { PullFailure } from "../failure.js";
import { readJson } from "../manifest.js";
import type { Requests } from "./requests.js";
import type { ContainerdTraits } from "./version.js";

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** The words under `pull access denied`: told apart from other failures of the same request. */
export class AccessDenied extends PullFailure {}

export class Authorizer {
  readonly #requests: Requests;
  readonly #traits: ContainerdTraits;
  readonly #login: Login | undefined;
  readonly #handlers = new Map<string, { readonly challenge: Challenge; header?: string }>();

  constructor(requests: Requests, traits: ContainerdTraits, login: Login | undefined) {
    this.#requests = requests;
    this.#traits = traits;
    this.#login = login;
  }

  /** The Authorization header for a host; undefined while it has not asked for one. */
  async header(host: string, repository: string): Promise<string | undefined> {
    const handler = this.#handlers.get(host);
    if (handler === undefined) return undefined;
    handler.header ??= await this.#fetch(handler.challenge, repository);
    return handler.header;
  }

  /** Takes in a 401. True: try again. Throws AccessDenied when another try cannot help. */
  learn(host: string, reply: Reply, isRepeated: boolean): boolean {
    for (const challenge of readChallenges(reply.header("www-authenticate"))) {
      if (challenge.scheme === "bearer") {
        const why = challenge.parameters.error;
        if (why !== undefined && why !== "" && isRepeated) {
          this.#handlers.delete(host);
          throw new AccessDenied(`server message: ${why}: authorization failed`);
        }
        if (!this.#handlers.has(host)) this.#handlers.set(host, { challenge });
        return true;
      }
      if (this.#login !== undefined && this.#login.username !== "" && this.#login.password !== "") {
        this.#handlers.set(host, { challenge });
        return true;
      }
      if (this.#traits.wantsBasicLogin) {
        throw new AccessDenied("authorization failed: no basic auth credentials");
      }
    }
    return false;
  }

  async #fetch(challenge: Challenge, repository: string): Promise<string> {
    const login = this.#login;
    if (challenge.scheme === "basic") return basic(login?.username ?? "", login?.password ?? "");
    const { realm = "", service = "", scope = "" } = challenge.parameters;
    const scopes = [...new Set([...scope.split(" "), `repository:${repository}:pull`])]
      .filter((one) => one !== "")
      .sort();
    const ask = { realm, service, scopes };
    if (login === undefined || login.password === "") {
      return `Bearer ${await this.#get(ask, undefined).catch(within("failed to fetch anonymous token: "))}`;
    }
    return `Bearer ${await this.#post(ask, login).catch(within("failed to fetch oauth token: "))}`;
  }

  /** OAuth 2 first; registries without it answer 400, 401, 404 or 405 and are asked the old way. */
  async #post(ask: TokenAsk, login: Login): Promise<string> {
    const body = encodeQuery([
      ["client_id", "containerd-client"],
      ["grant_type", login.username === "" ? "refresh_token" : "password"],
      ...(ask.service === "" ? [] : [["service", ask.service] as const]),
      ["scope", ask.scopes.join(" ")],
      ...(login.username === ""
        ? [["refresh_token", login.password] as const]
        : [["username", login.username] as const, ["password", login.password] as const]),
    ]);
    const reply = await this.#requests.send("POST", ask.realm, {}, body);
    const isOldService = [400, 401, 404].includes(reply.status);
    if (isOldService || (reply.status === 405 && login.username !== "")) {
      await reply.body();
      return await this.#get(ask, login);
    }
    return await this.#token(reply, "POST", ask.realm);
  }

  async #get(ask: TokenAsk, login: Login | undefined): Promise<string> {
    const url = new URL(ask.realm);
    const query = encodeQuery([
      ...url.searchParams.entries(),
      ...(ask.service === "" ? [] : [["service", ask.service] as const]),
      ...ask.scopes.map((scope) => ["scope", scope] as const),
    ]);
    const address = `${url.origin}${url.pathname}${query === "" ? "" : `?${query}`}`;
    const headers = login === undefined ? {} : { authorization: basic(login.username, login.password) };
    return await this.#token(await this.#requests.send("GET", address, headers), "GET", address);
  }

  async #token(reply: Reply, method: string, address: string): Promise<string> {
    const { bytes } = await reply.body();
    if (reply.status < 200 || reply.status >= 400) {
      const what = this.#traits.namesRequest ? ` from ${method} request to ${address}` : "";
      throw new PullFailure(`unexpected status${what}: ${reply.statusText}`, "Unknown", reply.status);
    }
    const answer = readJson(bytes);
    if (answer === undefined) {
      throw new PullFailure(`unable to decode token response: ${jsonError(bytes)}`);
    }
    const token = text(answer, "access_token") || text(answer, "token");
    if (token === "") throw new PullFailure("authorization server did not include a token in the response");
    return token;
  }
}

interface TokenAsk {
  readonly realm: string;
  readonly service: string;
  readonly scopes: readonly string[];
}

const within =
  (head: string) =>
  (error: unknown): never => {
    throw error instanceof PullFailure ? error.within(head) : error;
  };

/** encoding/json's words for what no JSON begins with. */
export function jsonError(bytes: Buffer): string {
  const first = bytes.toString("utf8").trimStart()[0];
  return first === undefined ? "EOF" : `invalid character '${first}' looking for beginning of value`;
}
