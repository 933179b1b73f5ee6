// The registry client that CRI-O's containers/image and docker have in common: ping first, then tokens
// by the challenge of the ping, then content.

import { text } from "../api/json.js";
import { basic, type Challenge, encodeQuery, readChallenges } from "./challenge.js";
import type { Ask, Exchange, Reply } from "./exchange.js";
import { PullFailure } from "./failure.js";
import { readJson } from "./manifest.js";
import { NetworkFailure } from "./network-failure.js";

export interface DistributionClientParts {
  readonly exchange: Exchange;
  /** `registry-1.docker.io`, `registry.example.com:5000`. */
  readonly host: string;
  readonly repository: string;
  readonly auth?: { readonly username: string; readonly password: string };
  readonly isInsecure: boolean;
  /** What a refused token means to this client. */
  tokenRefused(reply: Reply, body: Buffer, address: string): PullFailure;
}

/** A request without an answer, as `Get "url": leaf`. */
export class TransportFailure extends PullFailure {
  readonly isRefused: boolean;
  readonly isCancelled: boolean;

  constructor(verb: string, url: string, failure: NetworkFailure) {
    super(`${verb} "${url}": ${failure.leaf}`, failure.isCancelled ? "Canceled" : "Unknown");
    this.isRefused = failure.isRefused;
    this.isCancelled = failure.isCancelled;
  }
}

export class DistributionClient {
  readonly #parts: DistributionClientParts;
  #scheme = "https";
  #challenge: Challenge | undefined;
  #authorization: string | undefined;

  constructor(parts: DistributionClientParts) {
    this.#parts = parts;
  }

  url(path: string): string {
    return `${this.#scheme}://${this.#parts.host}/v2/${path}`;
  }

  /** Throws TransportFailure. Plain HTTP is tried only for hosts that are set up as insecure. */
  async ping(): Promise<Reply> {
    try {
      return await this.#pingBy("https");
    } catch (error) {
      if (!this.#parts.isInsecure || !(error instanceof TransportFailure) || error.isCancelled) throw error;
      return await this.#pingBy("http").catch(() => {
        throw error;
      });
    }
  }

  async #pingBy(scheme: "http" | "https"): Promise<Reply> {
    this.#scheme = scheme;
    const reply = await this.send("GET", this.url(""));
    if (reply.status === 401) {
      const [challenge] = readChallenges(reply.header("www-authenticate"));
      this.#challenge = challenge;
    }
    return reply;
  }

  /** With a token or login where the ping asked for one. */
  async ask(
    method: "GET" | "HEAD",
    url: string,
    accept: string,
    more: Readonly<Record<string, string>> = {},
  ) {
    this.#authorization ??= await this.#login();
    const authorization = this.#authorization === undefined ? {} : { authorization: this.#authorization };
    return await this.send(method, url, { accept, ...more, ...authorization });
  }

  async #login(): Promise<string | undefined> {
    const { auth, repository } = this.#parts;
    const challenge = this.#challenge;
    if (challenge === undefined) return undefined;
    if (challenge.scheme === "basic") {
      return auth === undefined ? undefined : basic(auth.username, auth.password);
    }
    const { realm = "", service = "" } = challenge.parameters;
    const url = new URL(realm);
    const query = encodeQuery([
      ...url.searchParams.entries(),
      ...(auth === undefined || auth.username === "" ? [] : [["account", auth.username] as const]),
      ["scope", `repository:${repository}:pull`],
      ...(service === "" ? [] : [["service", service] as const]),
    ]);
    const address = `${url.origin}${url.pathname}?${query}`;
    const headers =
      auth === undefined || auth.username === ""
        ? {}
        : { authorization: basic(auth.username, auth.password) };
    const reply = await this.send("GET", address, headers);
    const { bytes } = await reply.body();
    if (reply.status !== 200) throw this.#parts.tokenRefused(reply, bytes, address);
    const answer = readJson(bytes);
    return `Bearer ${text(answer, "token") || text(answer, "access_token")}`;
  }

  async send(
    method: Ask["method"],
    address: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    let url = new URL(address);
    let sent = headers;
    for (let hops = 0; ; hops++) {
      const reply = await this.#once(method, url, sent);
      const location = reply.header("location");
      if (reply.status < 301 || reply.status > 308 || location === undefined || hops === 10) return reply;
      const next = new URL(location, url);
      if (next.host !== url.host) {
        const { authorization: _, ...rest } = sent;
        sent = rest;
      }
      url = next;
    }
  }

  async #once(method: Ask["method"], url: URL, headers: Readonly<Record<string, string>>): Promise<Reply> {
    const { exchange, isInsecure } = this.#parts;
    try {
      return await exchange.ask({ method, url, headers, isInsecure });
    } catch (error) {
      if (!(error instanceof NetworkFailure)) throw error;
      throw new TransportFailure(method === "HEAD" ? "Head" : "Get", url.href, error);
    }
  }
}
