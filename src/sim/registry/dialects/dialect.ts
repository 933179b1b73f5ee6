// What makes one registry service differ from another: where its tokens come from and how it says no.

/** Why somebody may not do what was asked. */
export type Denial =
  /** Nothing was sent, and the repository is not open to everyone. */
  | "anonymous"
  /** Nothing was sent, and the repository does not exist. */
  | "anonymous-missing"
  /** The login is wrong. */
  | "rejected"
  /** The login was right once. */
  | "expired"
  /** The login is right and has no right to this repository. */
  | "forbidden"
  /** The login is right and the repository does not exist. */
  | "missing";

export interface RegistryError {
  readonly code: string;
  readonly message: string;
  readonly detail?: unknown;
}

/** An answer that is not what was asked for. */
export interface Refusal {
  readonly status: number;
  /** The reason phrase, where the service does not send the usual one. */
  readonly phrase?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: { readonly errors: readonly RegistryError[] } | { readonly details: string } | string;
  /** Adds the login challenge; `error` becomes a parameter of it. */
  readonly challenge?: { readonly error?: string };
}

export interface Question {
  /** As image names spell it. */
  readonly host: string;
  readonly repository: string;
  /** Tag or digest; "" when not about one. */
  readonly reference: string;
  readonly action: "pull" | "push" | "delete";
  /** Absent: nobody signed in. */
  readonly account?: string;
}

export interface Dialect {
  readonly scheme: "none" | "basic" | "bearer";
  /** Even public repositories need a login. */
  readonly alwaysLogin: boolean;
  /** A push may create its repository. */
  readonly createsOnPush: boolean;
  /** The referrers endpoint is there; without it clients keep a `sha256-...` tag themselves. */
  readonly hasReferrers: boolean;
  /** As the open-source registry: an index becomes its linux/amd64 image for clients that do not take indexes. */
  readonly convertsIndexes?: boolean;
  /** Beside tokens, a password is good at the registry itself. */
  readonly takesBasic?: boolean;
  /** Where the registry answers for image names with `host`, default `host` itself. */
  registryHost?(host: string): string;
  /** More hosts that lead to the same registry. */
  otherHosts?(host: string): readonly string[];
  /** For `bearer`: the token URL and service name; for `basic`: realm text as `url`. */
  realm(host: string): { readonly url: string; readonly service: string };
  /** The status that a POST to the token endpoint gets; absent: it is served like a GET. */
  readonly postToken?: number;
  /** What the token endpoint says; undefined: it gives a token, with or without rights in it. */
  refuseToken(denial: Denial, question: Question): Refusal | undefined;
  /** What the registry says. */
  refuse(denial: Denial, question: Question): Refusal;
  /** The repository is there and readable, the tag or digest is not in it. */
  unknownManifest(question: Question): Refusal;
  /** The 429 of this service. */
  tooMany(question: Question): Refusal;
}

export function refusal(status: number, code: string, message: string, more: Partial<Refusal> = {}): Refusal {
  return { status, body: { errors: [{ code, message }] }, ...more };
}

/** For methods that a route does not have, deletions among them: most registries run without. */
export const notSupported: Refusal = refusal(405, "UNSUPPORTED", "The operation is unsupported.");

/** With `detail`, as the open-source registry sends them: some clients word these differently. */
export function detailed(
  status: number,
  code: string,
  message: string,
  detail: unknown,
  more: Partial<Refusal> = {},
): Refusal {
  return { status, body: { errors: [{ code, message, detail }] }, ...more };
}

/** What most services share; each unit overrides what differs. */
export const common = {
  scheme: "bearer",
  alwaysLogin: false,
  createsOnPush: true,
  hasReferrers: true,
  postToken: 405,
  realm: (host: string) => ({ url: `https://${host}/token`, service: host }),
  refuseToken: (denial: Denial): Refusal | undefined =>
    denial === "rejected" || denial === "expired"
      ? refusal(401, "UNAUTHORIZED", "authentication required")
      : undefined,
  refuse: (denial: Denial, question: Question): Refusal =>
    denial === "missing"
      ? detailed(404, "NAME_UNKNOWN", "repository name not known to registry", { name: question.repository })
      : insufficientScope(question),
  unknownManifest: (question: Question): Refusal =>
    detailed(404, "MANIFEST_UNKNOWN", "manifest unknown", manifestDetail(question)),
  tooMany: (): Refusal => refusal(429, "TOOMANYREQUESTS", "too many requests"),
} as const satisfies Dialect;

const { postToken: _, ...withoutPost } = common;

/** `common`, with a token endpoint that takes OAuth 2 POST requests. */
export const tokenByPost: Dialect = withoutPost;

/** The 401 after a token that does not hold what is needed. */
export function insufficientScope(question: Question): Refusal {
  return detailed(
    401,
    "UNAUTHORIZED",
    "authentication required",
    [{ Type: "repository", Class: "", Name: question.repository, Action: question.action }],
    { challenge: { error: "insufficient_scope" } },
  );
}

function manifestDetail(question: Question): unknown {
  return question.reference.includes(":")
    ? { name: question.repository, revision: question.reference }
    : { Tag: question.reference };
}
