// Lists page by page and single objects, with every refusal as one line instead of an exception.

import { ToolError } from "../model/errors.js";
import type { Api, ApiAnswer } from "./api.js";
import { readText } from "./client-body.js";
import { present, record, text } from "./objects-fields.js";
import { type ListHead, ListScanner } from "./scan.js";

/** What did not come. `status` 0: the answer broke off or could not be understood. */
export interface Refusal {
  readonly ok: false;
  readonly status: number;
  /** `403 Forbidden: pods is forbidden: User "dev" cannot list ...`; one line. */
  readonly why: string;
  /** Of 410: a token with which the list goes on where it stopped, in the server's present state. */
  readonly goOn?: string;
}

/** `isWhole` is false when the list was left before its last page. */
export type ListAnswer = { readonly ok: true; readonly isWhole: boolean } | Refusal;

export interface ListRequest {
  /** Without a query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Default: to the end. */
  readonly maxPages?: number;
  readonly item: (bytes: Buffer) => void;
  /** What came so far is void: the server has forgotten the state that the pages show. */
  readonly restart?: () => void;
}

/** One object: the API server stores at most about 1.5 MB, and a Node lists its images beside. */
const objectLimit = 16 * 1024 * 1024;

/** As many as kubectl asks for. */
const pageSize = "500";

/** A list of a busy cluster may be let go of more than once. */
const maxResumes = 3;

/**
 * Reads a list to its end, asking for the next page while this one is scanned. When the server has
 * let go of the state that the pages show (410 Gone), it goes on where it was with the token that
 * came with the 410, and without one starts again once, in one piece. Throws what `api` throws.
 */
export async function readPages(api: Api, request: ListRequest): Promise<ListAnswer> {
  let answer = await readRun(api, request, { limit: pageSize });
  for (let resumes = 0; !answer.ok && answer.goOn !== undefined && resumes < maxResumes; resumes += 1) {
    answer = await readRun(api, request, { limit: pageSize, continue: answer.goOn });
  }
  if (answer.ok || answer.status !== 410) return answer;
  request.restart?.();
  return readRun(api, request, request.maxPages === undefined ? {} : { limit: pageSize });
}

interface Place {
  readonly limit?: string;
  readonly continue?: string;
}

async function readRun(api: Api, request: ListRequest, from: Place): Promise<ListAnswer> {
  const { path, query, maxPages = Number.POSITIVE_INFINITY, item } = request;
  const ask = (place: Place): Promise<ApiAnswer> => {
    const words = Object.entries({ ...query, ...place }).map(
      ([name, value]) => `${name}=${encodeURIComponent(value)}`,
    );
    return api.get(words.length === 0 ? path : `${path}?${words.join("&")}`);
  };
  let next: Promise<ApiAnswer> | undefined = ask(from);
  for (let page = 1; next !== undefined; page += 1) {
    const answer: ApiAnswer = await next;
    if (answer.status !== 200) return refusalOf(answer);
    next = undefined;
    const askNext = (head: ListHead): void => {
      if (head.continue === undefined || next !== undefined || page >= maxPages) return;
      next = ask({ ...from, continue: head.continue });
      // Its failure is met where it is awaited; until then nobody listens.
      next.catch(() => {});
    };
    const scanner = new ListScanner({ item, head: askNext });
    try {
      for await (const chunk of answer.body) scanner.push(chunk);
      const head = scanner.end();
      if (head.continue !== undefined && next === undefined) return { ok: true, isWhole: false };
    } catch (error) {
      await abandon(next);
      throw error;
    }
  }
  return { ok: true, isWhole: true };
}

/** An answer that nobody reads would hold its connection. */
async function abandon(next: Promise<ApiAnswer> | undefined): Promise<void> {
  const answer = await next?.catch(() => undefined);
  for await (const _ of answer?.body ?? []) break;
}

/** One object, as unread JSON. Throws what `api` throws. */
export async function readOne(
  api: Api,
  path: string,
): Promise<{ readonly ok: true; readonly value: unknown } | Refusal> {
  const answer = await api.get(path);
  if (answer.status !== 200) return refusalOf(answer);
  try {
    return { ok: true, value: JSON.parse(await readText(answer.body, objectLimit)) };
  } catch (error) {
    if (error instanceof ToolError) throw error;
    return { ok: false, status: 0, why: `the answer to ${path} is no JSON` };
  }
}

/** A broken answer to a question that can be done without becomes a refusal too. */
export async function orRefusal<T>(answer: Promise<T>): Promise<T | Refusal> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ToolError) || /^(login|interrupted)/.test(error.code)) throw error;
    return { ok: false, status: 0, why: `${error.what}: ${error.why}` };
  }
}

async function refusalOf(answer: ApiAnswer): Promise<Refusal> {
  const body = await readText(answer.body);
  const status = record(parsed(body));
  const said = text(status.message) ?? body.slice(0, 200);
  const title = titles[answer.status];
  const why = `${answer.status}${title === undefined ? "" : ` ${title}`}${said === "" ? "" : `: ${said}`}`;
  const goOn = answer.status === 410 ? text(record(status.metadata).continue) : undefined;
  return {
    ok: false,
    status: answer.status,
    why: why.replace(/\s+/g, " ").trim(),
    ...present({ goOn }),
  };
}

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  410: "Gone",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

/** Works on several at a time: more would only queue at the API server. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(6, items.length) }, worker));
}
