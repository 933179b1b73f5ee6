// `docker login`: asks the registry whether a user name and a password are good, as dockerd does.

import { text } from "../api/json.js";
import type { Clock } from "../clock.js";
import type { Network } from "../network/network.js";
import { basic, readChallenges } from "../runtime/challenge.js";
import { Exchange, type Reply } from "../runtime/exchange.js";
import { readJson } from "../runtime/manifest.js";
import { NetworkFailure } from "../runtime/network-failure.js";
import { Patience } from "../runtime/patience.js";
import { errorsText, readErrors } from "../runtime/registry-errors.js";

export interface Login {
  readonly username?: string;
  readonly password?: string;
  /** `https://index.docker.io/v1/`, `registry.example.com`. */
  readonly serveraddress?: string;
}

export interface Refused {
  readonly status: number;
  readonly message: string;
}

/** undefined: the registry takes it. */
export async function logIn(
  login: Login,
  { network, clock }: { readonly network: Network; readonly clock: Clock },
): Promise<Refused | undefined> {
  const host = hostOf(login.serveraddress ?? "");
  const patience = new Patience(clock);
  const exchange = new Exchange({ network, clock, node: {}, patience, saysVerify: true });
  const ping = new URL(`https://${host}/v2/`);
  try {
    const first = await exchange.ask({ method: "GET", url: ping });
    await first.body();
    if (first.status === 200) return undefined;
    const [challenge] = readChallenges(first.header("www-authenticate"));
    const password = basic(login.username ?? "", login.password ?? "");
    if (challenge?.scheme !== "bearer") return await tried(exchange, ping, password, ping);
    const { realm = "", service = "" } = challenge.parameters;
    const tokenUrl = new URL(realm);
    tokenUrl.searchParams.set("account", login.username ?? "");
    tokenUrl.searchParams.set("service", service);
    const answer = await exchange.ask({ method: "GET", url: tokenUrl, headers: { authorization: password } });
    const { bytes } = await answer.body();
    if (answer.status !== 200) return refusal(answer, bytes, ping);
    const body = readJson(bytes);
    return await tried(exchange, ping, `Bearer ${text(body, "token") || text(body, "access_token")}`, ping);
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    return { status: 500, message: `Get "${ping.href}": ${error.leaf}` };
  } finally {
    exchange.close();
    patience.end();
  }
}

async function tried(
  exchange: Exchange,
  url: URL,
  authorization: string,
  ping: URL,
): Promise<Refused | undefined> {
  const reply = await exchange.ask({ method: "GET", url, headers: { authorization } });
  const { bytes } = await reply.body();
  return reply.status === 200 ? undefined : refusal(reply, bytes, ping);
}

function refusal(reply: Reply, body: Buffer, ping: URL): Refused {
  const details = text(readJson(body), "details");
  const errors = readErrors(body);
  const why =
    details !== ""
      ? `unauthorized: ${details}`
      : errors.length > 0
        ? errorsText(errors, "distribution", false)
        : reply.statusText;
  return { status: reply.status === 401 ? 401 : 500, message: `Get "${ping.href}": ${why}` };
}

function hostOf(address: string): string {
  const host = address.replace(/^https?:\/\//, "").split("/")[0] ?? "";
  return host === "" || host === "index.docker.io" || host === "docker.io" ? "registry-1.docker.io" : host;
}
