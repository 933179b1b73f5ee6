// Puts the requests of requests.yaml to an API server, one after another, and keeps what it answers
// in a form in which two servers can be compared: what differs by chance (uids, versions, times) is
// numbered or blanked.

import { readFileSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { parse } from "yaml";
import { at } from "../../../../src/sim/api/json.js";

export interface Request {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly accept: string;
  readonly type: string;
  readonly body: string | undefined;
  /** Impersonated user. */
  readonly as: string | undefined;
  /** undefined: the admin's certificate; "": none at all. */
  readonly token: string | undefined;
}

/** What came back; `body` is JSON where the answer was, lines of JSON for a watch, else text. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly warnings: readonly string[];
  readonly body: unknown;
}

export interface Door {
  readonly url: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const METHODS = ["get", "post", "put", "patch", "delete"];

export function readRequests(file: string): Request[] {
  const rows: unknown = parse(readFileSync(file, "utf8"));
  return (Array.isArray(rows) ? rows : []).map((row) => {
    const text = (key: string): string | undefined => {
      const value: unknown = at(row, key);
      return typeof value === "string" ? value : undefined;
    };
    const method = METHODS.find((one) => text(one) !== undefined) ?? "get";
    const accept = text("accept") ?? "application/json";
    const body: unknown = at(row, "body");
    return {
      id: text("id") ?? "",
      method: method.toUpperCase(),
      path: text(method) ?? "",
      accept: accept === "table" ? TABLE : accept,
      type: text("type") ?? "application/json",
      body: body === undefined ? text("text") : JSON.stringify(body),
      as: text("as"),
      token: text("token"),
    };
  });
}

/** Sends them in their order; later ones may name values of earlier answers. */
export async function askAll(door: Door, requests: readonly Request[]): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  for (const request of requests) {
    const path = request.path.replace(/\$\{([^.}]+)\.([^}]+)\}/g, (_all, id: string, where: string) =>
      encodeURIComponent(String(at(answers.get(id)?.body, ...where.split(".")) ?? "")),
    );
    answers.set(request.id, await ask(door, { ...request, path }));
  }
  return answers;
}

function ask(door: Door, request: Request): Promise<Answer> {
  const { token } = request;
  const identity = token === undefined ? { cert: door.cert, key: door.key } : {};
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(
      `${door.url}${request.path}`,
      {
        method: request.method,
        ca: door.ca,
        ...identity,
        agent: false,
        headers: {
          "user-agent": "asker/v1",
          accept: request.accept,
          ...(request.body === undefined
            ? {}
            : { "content-type": request.type, "content-length": Buffer.byteLength(request.body) }),
          ...(request.as === undefined ? {} : { "impersonate-user": request.as }),
          ...(token === undefined || token === "" ? {} : { authorization: `Bearer ${token}` }),
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers["content-type"] ?? "",
            warnings: [response.headers.warning ?? []].flat(),
            body: bodyOf(text),
          }),
        );
      },
    );
    sent.on("error", (error) => reject(new Error(`${request.id}: ${error.message}`)));
    sent.setTimeout(30_000, () => sent.destroy(new Error("no answer in 30 s")));
    sent.end(request.body);
  });
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const lines = text.split("\n").filter((line) => line !== "");
    try {
      return lines.map((line) => JSON.parse(line) as unknown);
    } catch {
      return text;
    }
  }
}
