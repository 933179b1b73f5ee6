// Asking one registry as one somebody: challenge, token, request, redirect. A login goes to the registry it is for and to
// the token server that passes the rules, and to nobody else.

import { type Challenge, parseChallenges } from "./challenge.js";
import { basicHeader, type Login } from "./credential.js";
import type { Route } from "./dial.js";
import { type Exchange, type Failure, type Outcome, type Purpose, shownUrl } from "./exchange.js";
import { interceptedBy } from "./intercepted.js";
import { failureOf, type Pool } from "./pool.js";
import { isRedirect, nextStep } from "./redirect.js";
import { errorText } from "./registry-errors.js";
import { retryAt } from "./retry-after.js";
import { maxTokenBody, readToken, realmOf, type Token, type TokenAnswer, tokenRequest } from "./token.js";
import { bare, type HostRules, hostMayBeAsked, realmMayHaveCredentials } from "./trust.js";
import { originOf, type WireAnswer } from "./wire.js";

/** One place where a registry's content is served: the registry itself or a mirror of it. */
export interface Endpoint {
  readonly route: Route;
  /** `/v2`, or what `override_path` of a mirror says. */
  readonly prefix: string;
  /** The registry that a mirror stands in for; sent as `?ns=`. */
  readonly mirrorOf?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SessionWorld {
  readonly pool: Pool;
  readonly rules: HostRules;
  readonly now: () => Date;
  readonly onExchange: (exchange: Exchange) => void;
}

export interface Ask {
  readonly purpose: Purpose;
  readonly method: "GET" | "HEAD";
  /** Below the prefix: `/library/nginx/manifests/1.27`; may have a query. */
  readonly path: string;
  /** `repository:library/nginx:pull`; absent where no repository is asked for. */
  readonly scope?: string;
  readonly accept?: string;
  readonly maxBytes: number;
}

/** An answer that may be of any status, and where it came from in the end. */
export interface Answered extends WireAnswer {
  readonly url: URL;
  readonly sent: Exchange["sent"];
}

type Authorization = { readonly header: string; readonly sent: Exchange["sent"] };

const none = { header: "", sent: "nothing" } as const;

export class Session {
  readonly endpoint: Endpoint;
  readonly login: Login;
  readonly #world: SessionWorld;
  #challenges: readonly Challenge[] = [];
  readonly #tokens = new Map<string, { readonly token: Token; readonly until: number }>();
  /** Questions to the token server that are under way: those who ask for the same wait for one answer. */
  readonly #asking = new Map<string, Promise<Outcome<{ token: Token }>>>();

  /** `challenges`: what the registry asked another session of the same endpoint for. */
  constructor(endpoint: Endpoint, login: Login, world: SessionWorld, challenges: readonly Challenge[] = []) {
    this.endpoint = endpoint;
    this.login = login;
    this.#world = world;
    this.#challenges = challenges;
  }

  /** What the registry asked for so far; [] when it asked for nothing or was not asked. */
  get challenges(): readonly Challenge[] {
    return this.#challenges;
  }

  /** Asks, signs in when told to, follows redirects. Answers of every status are answers; failures come before one. */
  async ask(ask: Ask): Promise<Outcome<Answered>> {
    const url = this.#urlOf(ask.path);
    const known = this.#challenges.length === 0 ? none : await this.#authorize(ask.scope);
    if ("failure" in known) return { ok: false, failure: known.failure };
    const first = await this.#follow(ask, url, known);
    if (!first.ok || first.value.status !== 401 || first.value.url.origin !== url.origin) return first;
    const challenges = parseChallenges(first.value.headers.get("www-authenticate"));
    if (challenges.length === 0) return first;
    const hadSigned = known.sent !== "nothing";
    this.#challenges = challenges;
    // A token that was granted and does not open the door will not open it the second time.
    if (hadSigned || ask.purpose === "api") return first;
    const authorization = await this.#authorize(ask.scope);
    if ("failure" in authorization) return { ok: false, failure: authorization.failure };
    return authorization.sent === "nothing" ? first : this.#follow(ask, url, authorization);
  }

  async #authorize(scope: string | undefined): Promise<Authorization | { readonly failure: Failure }> {
    const bearer = this.#challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer !== undefined) return this.#token(bearer, scope);
    const basic = this.#challenges.some(({ scheme }) => scheme === "basic");
    if (!basic || this.login.is !== "basic") return none;
    return { header: basicHeader(this.login.username, this.login.password), sent: "user and password" };
  }

  async #token(
    challenge: Challenge,
    scope: string | undefined,
  ): Promise<Authorization | { readonly failure: Failure }> {
    const wanted = scope ?? challenge.parameters.get("scope");
    const kept = this.#tokens.get(wanted ?? "");
    const now = this.#world.now().getTime();
    if (kept !== undefined && kept.until > now) return bearerOf(kept.token);
    const realm = realmOf(challenge);
    if (typeof realm === "string") return { failure: refusal("token", "unreadable", realm) };
    const asked = hostMayBeAsked(realm.hostname, this.#world.rules);
    if (!asked.ok) {
      return { failure: refusal("token", "refused", `the token server was not asked: ${asked.why}`) };
    }
    if (this.login.is !== "anonymous") {
      const { host, isTls } = this.endpoint.route;
      const ruling = realmMayHaveCredentials(realm, { host, isPlain: !isTls }, this.#world.rules);
      if (!ruling.ok) {
        const why = `the login was not sent to the token server ${shownUrl(realm)}: ${ruling.why}`;
        return { failure: refusal("token", "refused", why) };
      }
    }
    const key = wanted ?? "";
    const asking = this.#asking.get(key) ?? this.#askToken(realm, challenge, wanted);
    this.#asking.set(key, asking);
    const answered = await asking.finally(() => this.#asking.delete(key));
    if (!answered.ok) return { failure: answered.failure };
    const { token } = answered.value;
    // Ten seconds off, so that a token does not end between here and the registry.
    this.#tokens.set(wanted ?? "", { token, until: now + (token.expiresInSeconds - 10) * 1000 });
    return bearerOf(token);
  }

  async #askToken(
    realm: URL,
    challenge: Challenge,
    scope: string | undefined,
  ): Promise<Outcome<{ token: Token }>> {
    let answer: TokenAnswer | undefined;
    for (const withPassword of [false, true]) {
      const request = tokenRequest(realm, challenge, scope, this.login, withPassword);
      const sent =
        this.login.is === "anonymous"
          ? "nothing"
          : this.login.is === "basic"
            ? "user and password"
            : "a token";
      const got = await this.#send("token", request, sent, maxTokenBody);
      if (!got.ok) return got;
      const intercepted = interceptedBy(got.value);
      if (intercepted !== undefined) {
        const { status, facts } = got.value;
        return {
          ok: false,
          failure: { stage: "token", is: "intercepted", why: intercepted, status, errors: [], facts },
        };
      }
      answer = readToken(got.value.status, got.value.body, got.value.isCut);
      if (answer.ok) return { ok: true, value: { token: answer.token } };
      const { status, errors, why } = answer;
      const isOauthOnly =
        (status === 404 || status === 405) && request.method === "GET" && this.login.is === "basic";
      if (isOauthOnly) continue;
      const said = errors[0] === undefined ? why : `${why}: ${errorText(errors[0])}`;
      const is = status === 200 ? "unreadable" : "status";
      const at = retryAt(got.value, this.#world.now());
      return {
        ok: false,
        failure: {
          stage: "token",
          is,
          why: said,
          status,
          errors,
          facts: got.value.facts,
          ...(at === undefined ? {} : { retryAt: at }),
        },
      };
    }
    return { ok: false, failure: refusal("token", "status", answer?.ok === false ? answer.why : "no token") };
  }

  async #follow(ask: Ask, start: URL, authorization: Authorization): Promise<Outcome<Answered>> {
    let url = start;
    // Once we were sent elsewhere, what comes back here is a stranger's address and gets no login either.
    let isOwn = true;
    for (let taken = 0; ; taken++) {
      isOwn &&= url.origin === start.origin;
      const headers = {
        ...(ask.accept === undefined ? {} : { accept: ask.accept }),
        ...(isOwn ? this.endpoint.headers : {}),
        ...(isOwn && authorization.header !== "" ? { authorization: authorization.header } : {}),
      };
      const sent = isOwn ? authorization.sent : "nothing";
      const got = await this.#send(ask.purpose, { url, method: ask.method, headers }, sent, ask.maxBytes);
      if (!got.ok || !isRedirect(got.value.status))
        return got.ok ? { ok: true, value: { ...got.value, url, sent } } : got;
      const step = nextStep(url, got.value.headers.get("location")?.[0], taken, this.#world.rules);
      if (!step.ok) {
        return {
          ok: false,
          failure: { ...refusal(ask.purpose, "refused", step.why), facts: got.value.facts },
        };
      }
      url = step.url;
    }
  }

  async #send(
    purpose: Purpose,
    request: {
      readonly url: URL;
      readonly method: "GET" | "HEAD" | "POST";
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
    },
    sent: Exchange["sent"],
    maxBytes: number,
  ): Promise<Outcome<WireAnswer>> {
    const { url, method, headers, body } = request;
    const { pool, now, onExchange } = this.#world;
    const started = performance.now();
    const shared = { purpose, method, url: shownUrl(url), sent, at: now() };
    try {
      const answer = await pool.onWordOf(this.endpoint.route, url).ask({
        method,
        path: url.pathname + url.search,
        headers: { "user-agent": "pulldoctor", ...headers },
        maxBytes,
        ...(body === undefined ? {} : { body }),
      });
      onExchange({ ...shared, status: answer.status, ms: answer.ms });
      return { ok: true, value: answer };
    } catch (error) {
      const failure = failureOf(error, purpose, bare(url.hostname));
      onExchange({ ...shared, failed: failure.code ?? failure.why, ms: performance.now() - started });
      return { ok: false, failure };
    }
  }

  #urlOf(path: string): URL {
    const { route, prefix, mirrorOf } = this.endpoint;
    const url = new URL(`${originOf(route)}${prefix}${path}`);
    if (mirrorOf !== undefined) url.searchParams.set("ns", mirrorOf);
    return url;
  }
}

const bearerOf = (token: Token): Authorization => ({
  header: `Bearer ${token.value.reveal()}`,
  sent: "a token",
});

const refusal = (stage: Failure["stage"], is: Failure["is"], why: string): Failure => ({
  stage,
  is,
  why,
  errors: [],
  facts: {},
});
