// Which proxy leads to the API server: the kubeconfig's, else the environment's, as Go reads it.

import { ToolError } from "../model/errors.js";
import { environmentProxy } from "../model/proxy-env.js";
import type { Secret } from "../model/secret.js";
import type { ClusterWorld } from "./client-world.js";

/** `shown` is fit for messages: no user, no password. */
export interface ClusterProxy {
  readonly url: URL;
  readonly shown: string;
}

const schemes = ["http:", "https:", "socks5:", "socks5h:"];

/** `undefined`: straight. Throws ToolError `proxy-invalid`. */
export function proxyFor(
  server: URL,
  own: Secret | undefined,
  env: ClusterWorld["env"],
): ClusterProxy | undefined {
  if (own !== undefined) return parseProxy(own.reveal(), "proxy-url of the kubeconfig");
  const named = environmentProxy(server, env);
  return named === undefined ? undefined : parseProxy(named.url, named.name);
}

function parseProxy(text: string, from: string): ClusterProxy {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !schemes.includes(url.protocol)) {
    throw new ToolError("proxy-invalid", {
      what: `${from} cannot be used`,
      why: url === undefined ? "it is no URL" : `its scheme is ${url.protocol.slice(0, -1)}`,
      do: "use http://, https:// or socks5:// with a host and a port",
    });
  }
  return { url, shown: `${url.protocol}//${url.host}` };
}
