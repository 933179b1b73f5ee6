// Requests of one session: login, retries and limits around plain HTTP. Nothing is followed
// elsewhere: a redirect is an answer, so no token ever leaves for another host.

import { setMaxListeners } from "node:events";
import { setTimeout as realSleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { ToolError } from "../model/errors.js";
import type { ActingApi, Api, ApiAnswer, ApiRequest, WritingApi } from "./api.js";
import { readBody, readText } from "./client-body.js";
import { type Asked, messageOf, noAnswer, notLoggedIn } from "./client-errors.js";
import { execOver } from "./client-exec.js";
import { withoutLogin } from "./client-hide.js";
import { Lines } from "./client-lines.js";
import { type Login, openLogin } from "./client-login.js";
import { proxyFor } from "./client-proxy.js";
import { isPassing, type Method, triesMs, waitAfter, waitSumMs } from "./client-retry.js";
import { pluginInfo, serverOf, tlsOf } from "./client-server.js";
import { openDispatcher } from "./client-transport.js";
import type { ClusterWorld } from "./client-world.js";
import { interrupted } from "./exec-plugin.js";
import type { Access } from "./kubeconfig.js";
import { given } from "./kubeconfig-fields.js";

export interface Session {
  readonly api: Api;
  readonly write: WritingApi["write"];
  readonly exec: ActingApi["exec"];
  readonly asked: () => Asked;
}

const json = "application/json";

/** Nothing is asked yet. */
export async function openSession(access: Access, world: ClusterWorld): Promise<Session> {
  const server = serverOf(access);
  const proxy = proxyFor(server, access.cluster.proxyUrl, world.env);
  const security = await tlsOf(access);
  const source = await openLogin(access, pluginInfo(access, server, security), world);
  const name = access.context ?? server.host;
  const sleep = world.sleep ?? ((ms, signal) => realSleep(ms, undefined, given("signal", signal)));
  // Each request under way listens; Node takes more than ten for a leak and warns its user.
  if (world.signal !== undefined) setMaxListeners(0, world.signal);
  const lines = new Lines((certificate) => openDispatcher(security, certificate, proxy));
  let lastLogin: Login | undefined;
  let hasAnswered = false;
  let requests = 0;
  let received = 0;

  const asked = (): Asked => ({
    name,
    server,
    ...given("proxy", proxy?.shown),
    ...given("login", lastLogin),
    now: world.now(),
  });

  const explain = (error: unknown, own: AbortSignal | undefined): unknown => {
    if (world.signal?.aborted === true) return interrupted(error);
    if (own?.aborted === true) return own.reason;
    return noAnswer(error, asked());
  };

  const once = async (ask: Ask, login: Login): Promise<Dispatcher.ResponseData> => {
    const dispatcher = await lines.for(login.certificate);
    requests += 1;
    return dispatcher.request({
      origin: server.origin,
      path: server.pathname.replace(/\/$/, "") + ask.path,
      method: ask.method,
      headers: {
        accept: ask.accept,
        "user-agent": "pulldoctor",
        ...(access.cluster.isUncompressed ? {} : { "accept-encoding": "gzip" }),
        ...(ask.body === undefined ? {} : { "content-type": ask.contentType ?? json }),
        ...source.headers,
        ...given("authorization", login.authorization?.reveal()),
      },
      ...given("body", ask.body),
      ...given("signal", joined(world.signal, ask.signal)),
    });
  };

  const send = async (ask: Ask): Promise<ApiAnswer> => {
    let failures = 0;
    let waitedMs = 0;
    let hasRenewed = false;
    for (;;) {
      const login = await source.login();
      lastLogin = login;
      let answer: Dispatcher.ResponseData;
      try {
        answer = await once(ask, login);
        hasAnswered = true;
      } catch (error) {
        const delay = triesMs[failures];
        failures += 1;
        if (delay === undefined || ask.method !== "GET" || !isPassing(error, hasAnswered))
          throw explain(error, ask.signal);
        await pause(delay, ask.signal);
        continue;
      }
      const wait = waitAfter(answer, failures, ask.method);
      if (wait !== undefined && waitedMs + wait <= waitSumMs) {
        failures += answer.statusCode === 429 ? 0 : 1;
        waitedMs += Math.max(wait, 1000);
        await answer.body.dump();
        await pause(wait, ask.signal);
        continue;
      }
      const decoded = answerOf(answer, ask.signal);
      if (decoded.status < 400) return decoded;
      const refusal = { ...decoded, body: withoutLogin(decoded.body, login.authorization) };
      if (decoded.status !== 401) return refusal;
      const said = messageOf(await readText(refusal.body, 64 * 1024));
      if (hasRenewed || !(await source.renew(login))) throw notLoggedIn(asked(), `it answered 401 ${said}`);
      hasRenewed = true;
    }
  };

  const pause = async (ms: number, own: AbortSignal | undefined): Promise<void> => {
    try {
      await sleep(ms, joined(world.signal, own));
    } catch (error) {
      throw explain(error, own);
    }
  };

  const answerOf = (answer: Dispatcher.ResponseData, own: AbortSignal | undefined): ApiAnswer => ({
    status: answer.statusCode,
    headers: headersOf(answer.headers),
    body: readBody(answer.body, {
      isGzip: answer.headers["content-encoding"] === "gzip",
      count: (bytes) => {
        received += bytes;
      },
      explain: (error) => (error instanceof ToolError ? error : explain(error, own)),
    }),
  });

  const api: Api = {
    name,
    server: server.href.replace(/\/$/, ""),
    namespace: access.namespace,
    get asked() {
      return requests;
    },
    get received() {
      return received;
    },
    get: (path, request: ApiRequest = {}) =>
      send({ method: "GET", path, accept: request.accept ?? json, ...given("signal", request.signal) }),
    post: (path, body) => send({ method: "POST", path, accept: json, body: JSON.stringify(body) }),
    close: () => lines.close(),
  };
  const write: WritingApi["write"] = ({ method, path, body, contentType }) =>
    send({ method, path, accept: json, body: JSON.stringify(body), ...given("contentType", contentType) });
  const exec: ActingApi["exec"] = async (path, signal) => {
    const login = await source.login();
    requests += 1;
    return execOver(
      {
        url: new URL(server.pathname.replace(/\/$/, "") + path, server.origin),
        headers: { ...source.headers, ...given("authorization", login.authorization?.reveal()) },
        dispatcher: await lines.for(login.certificate),
      },
      signal,
    );
  };
  return { api, write, exec, asked };
}

interface Ask {
  readonly method: Method;
  readonly path: string;
  readonly accept: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** A signal of the request's own: each request listens, and many to one signal look like a leak to Node. */
function joined(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length === 0 ? undefined : AbortSignal.any(given);
}

function headersOf(headers: Dispatcher.ResponseData["headers"]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}
