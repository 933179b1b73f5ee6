// The first question: is this a Kubernetes API server, and is it ready?

import { ToolError } from "../model/errors.js";
import type { Api } from "./api.js";
import { readText } from "./client-body.js";
import { type Asked, messageOf } from "./client-errors.js";
import type { Access } from "./kubeconfig.js";

/** A redirect, HTML or a plain-HTTP complaint here means that something else stands at this address. */
export async function greet(api: Api, access: Access, asked: () => Asked): Promise<void> {
  const { status, headers, body } = await api.get("/version");
  const text = await readText(body, 64 * 1024);
  const type = headers["content-type"] ?? "";
  if (status >= 300 && status < 400)
    throw notKubernetes(asked(), `it answers ${status}, ${redirectOf(headers.location)}`);
  if (status === 400 && /HTTP request to an HTTPS server/i.test(text)) {
    throw notKubernetes(asked(), "it wants TLS, and the kubeconfig says http://");
  }
  if (status === 200 && !/json/.test(type))
    throw notKubernetes(asked(), `it answers /version with ${type || "no type"}`);
  if (status >= 500) throw notReady(asked(), status, messageOf(text));
  if (status === 403 && access.user.impersonates !== undefined && /impersonate/.test(text)) {
    throw new ToolError("login-failed", {
      what: `the API server of ${api.name} does not let this login act as ${access.user.impersonates.user}`,
      why: messageOf(text),
      do: "ask for the right to impersonate, or take `as` out of the kubeconfig's user",
    });
  }
}

function notKubernetes({ name, server }: Asked, why: string): ToolError {
  return new ToolError("cluster-unreadable", {
    what: `what answers for ${name} is no Kubernetes API server`,
    why: `${server.host}: ${why}`,
    do: "correct the server in the kubeconfig, or sign in to what stands before it",
  });
}

function notReady({ name, server }: Asked, status: number, said: string): ToolError {
  return new ToolError("cluster-unreachable", {
    what: `the API server of ${name} does not answer`,
    why: `${server.host} answers ${status} ${said}`.trim(),
    do: "wait until it is ready, or choose another context with --context",
  });
}

/** Only the host: the rest of a login page's address may hold a state that is nobody's business. */
function redirectOf(location: string | undefined): string {
  if (location === undefined || !URL.canParse(location)) return "a redirect";
  return `a redirect to ${new URL(location).host}`;
}
