// May this user make these steps? Asked of the API server (SelfSubjectAccessReview), once for each kind of right.

import type { WritingApi } from "../cluster/api.js";
import { readText } from "../cluster/client-body.js";
import { record, text } from "../cluster/objects-fields.js";
import { resourceOf } from "../cluster/resources.js";
import { needsCopy, type Step } from "./draft.js";

interface Need {
  readonly verb: string;
  readonly kind: string;
}

export interface AccessAnswer {
  /** `patch deployments.apps`. */
  readonly right: string;
  /** Where it is not granted; absent: it is, everywhere that was asked about. */
  readonly deniedIn?: string;
  /** The API server's word for why; or why it could not be asked. */
  readonly why?: string;
  readonly isUnknown?: boolean;
}

function needsOf(step: Step): readonly Need[] {
  const { is, ref } = step;
  const copy: readonly Need[] = needsCopy(step) ? [{ verb: "create", kind: "Secret" }] : [];
  switch (is) {
    case "edit":
      return [{ verb: "patch", kind: ref.kind }, ...copy];
    case "create":
      return [{ verb: "create", kind: ref.kind }];
    case "delete":
      return [{ verb: "delete", kind: ref.kind }];
    case "remake":
      return [{ verb: "delete", kind: ref.kind }, { verb: "create", kind: ref.kind }, ...copy];
  }
}

/** Remembers what it was answered, so that many plans ask once. */
export class AccessReviews {
  readonly #writing: WritingApi;
  readonly #answers = new Map<string, Promise<AccessAnswer>>();
  readonly #everywhere: boolean;

  /** `isWide`: steps of many namespaces will come, so a right for all of them is asked for first. */
  constructor(writing: WritingApi, isWide: boolean) {
    this.#writing = writing;
    this.#everywhere = isWide;
  }

  async check(steps: readonly Step[]): Promise<readonly AccessAnswer[]> {
    const found = new Map<string, AccessAnswer>();
    for (const step of steps) {
      for (const need of needsOf(step)) {
        const answer = await this.#ask(need, step.ref.namespace ?? "");
        const known = found.get(answer.right);
        if (known === undefined || known.deniedIn === undefined) found.set(answer.right, answer);
      }
    }
    return [...found.values()];
  }

  async #ask(need: Need, namespace: string): Promise<AccessAnswer> {
    if (this.#everywhere) {
      const wide = await this.#once(need, "");
      if (wide.deniedIn === undefined) return wide;
    }
    return this.#once(need, namespace);
  }

  #once(need: Need, namespace: string): Promise<AccessAnswer> {
    const key = `${need.verb} ${need.kind} ${namespace}`;
    const known = this.#answers.get(key) ?? this.#review(need, namespace);
    this.#answers.set(key, known);
    return known;
  }

  async #review({ verb, kind }: Need, namespace: string): Promise<AccessAnswer> {
    const { group, resource } = resourceOf(kind);
    const right = `${verb} ${resource}${group === "" ? "" : `.${group}`}`;
    const answer = await this.#writing.api.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { namespace, verb, group, resource } },
    });
    const body = tryParse(await readText(answer.body));
    if (answer.status !== 201 && answer.status !== 200)
      return { right, isUnknown: true, why: text(body.message) ?? `it answered ${answer.status}` };
    const status = record(body.status);
    const reason = text(status.reason);
    if (status.allowed === true) return { right };
    return { right, deniedIn: namespace, ...(reason === undefined ? {} : { why: reason }) };
  }
}

function tryParse(source: string) {
  try {
    return record(JSON.parse(source));
  } catch {
    return record(undefined);
  }
}
