// Which proxy the environment names for a URL, as golang.org/x/net/http/httpproxy reads it.

import { BlockList, isIP } from "node:net";

export type Environment = Readonly<Record<string, string | undefined>>;

/** `name` is the variable, `url` what it says, with `http://` where it names no scheme. It may carry a login. */
export interface EnvironmentProxy {
  readonly name: string;
  readonly url: string;
}

/** Undefined: straight. This machine never goes through a proxy. */
export function environmentProxy(target: URL, env: Environment): EnvironmentProxy | undefined {
  const isTls = target.protocol === "https:";
  const [name, value] = firstSet(env, isTls ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"]);
  if (value === undefined || isExempt(target, env)) return undefined;
  return { name, url: /^[a-z0-9]+:\/\//i.test(value) ? value : `http://${value}` };
}

function firstSet(env: Environment, names: readonly string[]): readonly [string, string | undefined] {
  const name = names.find((key) => env[key] !== undefined && env[key] !== "");
  return name === undefined ? ["", undefined] : [name, env[name]];
}

function isExempt(target: URL, env: Environment): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."))) return true;
  const [, list = ""] = firstSet(env, ["NO_PROXY", "no_proxy"]);
  const port = target.port || (target.protocol === "https:" ? "443" : "80");
  return list.split(",").some((part) => matches(part.trim().toLowerCase(), host, port));
}

function matches(pattern: string, host: string, port: string): boolean {
  if (pattern === "") return false;
  if (pattern === "*") return true;
  if (pattern.includes("/")) return isInNet(host, pattern);
  if (isIP(pattern) === 6) return host === pattern;
  const [, written = pattern, wanted] = /^(.*?)(?::(\d+))?$/.exec(pattern) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  const name = written.replace(/^\[|\]$/g, "").replace(/^\*/, "");
  if (name.startsWith(".")) return host.endsWith(name);
  return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`));
}

function isInNet(host: string, cidr: string): boolean {
  const [base = "", bits = ""] = cidr.split("/");
  const family = isIP(base);
  if (family === 0 || family !== isIP(host) || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const net = new BlockList();
  net.addSubnet(base, Number(bits), type);
  return net.check(host, type);
}
