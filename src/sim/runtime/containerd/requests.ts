// containerd's requests: redirects followed, transport failures in the words of Go's url.Error.

import type { Ask, Exchange, Reply } from "../exchange.js";
import { PullFailure } from "../failure.js";
import { NetworkFailure } from "../network-failure.js";
import type { NodePullSettings } from "../pull-types.js";
import type { ContainerdTraits } from "./version.js";

const progressMs = 300_000;

export class Requests {
  readonly #exchange: Exchange;
  readonly #node: NodePullSettings;
  readonly #traits: ContainerdTraits;
  readonly #plainHosts = new Set<string>();

  constructor(exchange: Exchange, node: NodePullSettings, traits: ContainerdTraits) {
    this.#exchange = exchange;
    this.#node = node;
    this.#traits = traits;
  }

  /** Throws PullFailure `Get "url": ...` when there is no answer. */
  async send(
    method: Ask["method"],
    address: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Reply> {
    let url = new URL(address);
    let sent = headers;
    for (let hops = 0; ; hops++) {
      const reply = await this.#once(method, url, sent, body);
      const location = reply.header("location");
      if (reply.status < 301 || reply.status > 308 || location === undefined || hops === 10) return reply;
      await reply.body();
      const next = new URL(location, url);
      if (next.host !== url.host) {
        const { authorization: _, ...rest } = sent;
        sent = rest;
      }
      url = next;
    }
  }

  async #once(
    method: Ask["method"],
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: string | undefined,
  ): Promise<Reply> {
    const isInsecure = this.#node.insecure?.includes(url.host) === true;
    const asked = this.#plainHosts.has(url.host) ? new URL(url.href.replace(/^https:/, "http:")) : url;
    try {
      return await this.#exchange.ask({
        method,
        url: asked,
        headers,
        isInsecure,
        ...(body === undefined ? {} : { body }),
        ...(this.#traits.cancelsSilence ? { silence: { ms: progressMs, leaf: "context canceled" } } : {}),
      });
    } catch (error) {
      if (!(error instanceof NetworkFailure)) throw error;
      if (isInsecure && error.leaf === "http: server gave HTTP response to HTTPS client") {
        this.#plainHosts.add(url.host);
        return await this.#once(method, url, headers, body);
      }
      const word = method === "GET" ? "Get" : method === "HEAD" ? "Head" : "Post";
      throw new PullFailure(`${word} "${this.#shown(url)}": ${error.leaf}`, codeOf(error));
    }
  }

  #shown(url: URL): string {
    if (!this.#traits.hidesQuery || url.search === "") return url.href;
    return url.href.replace(/=[^&]*/g, "=%5BREDACTED%5D");
  }
}

export const codeOf = (failure: NetworkFailure) =>
  failure.isCancelled || failure.leaf === "context canceled" ? "Canceled" : "Unknown";
