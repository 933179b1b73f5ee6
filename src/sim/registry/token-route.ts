// The token endpoint: GET with scopes, and OAuth 2 POST where the service has it.

import { type Action, deny } from "./access.js";
import type { Identity } from "./accounts.js";
import { tokenLifetimeSeconds } from "./accounts.js";
import { refuse, strike } from "./answer.js";
import type { Question } from "./dialects/dialect.js";
import { type Exchange, type Registry, readBody } from "./registry.js";

interface Scope {
  readonly text: string;
  readonly repository: string;
  readonly actions: readonly string[];
}

export async function answerToken(exchange: Exchange): Promise<void> {
  const { registry, request, response, url } = exchange;
  const { accounts, dialect, config } = registry;
  let { who } = exchange;
  let query = url.searchParams;
  const first = scopesOf(query)[0];
  const question: Question = {
    host: config.host,
    repository: first?.repository ?? "",
    reference: "",
    action: first?.actions.includes("push") === true ? "push" : "pull",
    ...(who.is === "account" ? { account: who.name } : {}),
  };
  if (request.method !== "GET" && request.method !== "POST") {
    return refuse(exchange, question, { status: 405, body: { details: "method not allowed" } });
  }
  if (request.method === "POST") {
    const body = await readBody(request);
    if (dialect.postToken !== undefined) {
      return refuse(exchange, question, {
        status: dialect.postToken,
        body: { details: "method not supported" },
      });
    }
    query = new URLSearchParams(body?.toString("utf8") ?? "");
    who = identityOf(exchange, query);
  }
  const fault = registry.faults.meet({
    stages: ["token"],
    method: request.method,
    repository: question.repository,
    reference: "",
  });
  if (fault !== undefined && (await strike(exchange, question, fault))) return;

  const scopes = scopesOf(query);
  for (const scope of scopes.length > 0 ? scopes : [{ text: "", repository: "", actions: ["pull"] }]) {
    const action = scope.actions.includes("push") ? "push" : "pull";
    const denial = scope.repository === "" ? loginDenial(who) : deny(who, scope.repository, action, registry);
    if (denial === undefined) continue;
    const answer = dialect.refuseToken(denial, { ...question, repository: scope.repository, action });
    if (answer !== undefined) return refuse(exchange, question, answer);
  }
  const granted = scopes.flatMap((scope) => grantedOf(scope, who, registry));
  const token = accounts.issueToken(who, granted);
  const wantsRefresh = query.get("offline_token") === "true" || query.get("access_type") === "offline";
  const bytes = JSON.stringify({
    token,
    access_token: token,
    expires_in: tokenLifetimeSeconds,
    issued_at: new Date(registry.clock.now()).toISOString(),
    scope: granted.join(" "),
    ...(wantsRefresh && who.is === "account" ? { refresh_token: accounts.issueRefreshToken(who) } : {}),
  });
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(bytes) });
  response.end(bytes);
}

/** The part of a scope that is granted. A right to push brings the right to pull with it. */
function grantedOf(scope: Scope, who: Identity, registry: Registry): readonly string[] {
  const may = (action: Action): boolean => deny(who, scope.repository, action, registry) === undefined;
  const mayPush = scope.actions.includes("push") && may("push");
  const actions = scope.actions.filter((action) =>
    action === "push" ? mayPush : action === "pull" ? mayPush || may("pull") : may("delete"),
  );
  return actions.map((action) => `repository:${scope.repository}:${action}`);
}

function loginDenial(who: Identity) {
  return who.is === "rejected" || who.is === "expired" ? who.is : undefined;
}

function identityOf(exchange: Exchange, form: URLSearchParams): Identity {
  const { accounts } = exchange.registry;
  if (form.get("grant_type") === "refresh_token") {
    return accounts.refresh(form.get("refresh_token") ?? "") ?? { is: "rejected" };
  }
  const username = form.get("username");
  return username === null ? { is: "anonymous" } : accounts.login(username, form.get("password") ?? "");
}

/** `repository:shop/api:pull,push`, repeated or separated by spaces; other types are passed over. */
function scopesOf(query: URLSearchParams): Scope[] {
  const scopes: Scope[] = [];
  for (const text of query.getAll("scope").flatMap((value) => value.split(" "))) {
    const [type, ...rest] = text.split(":");
    const actions = rest.pop();
    if (type !== "repository" || actions === undefined || rest.length === 0) continue;
    scopes.push({
      text,
      repository: rest.join(":"),
      actions: actions.split(",").filter((one) => one !== ""),
    });
  }
  return scopes;
}
