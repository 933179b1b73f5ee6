// Asks every cause about one pull and keeps the best founded answer. Pure: same scene, same verdict.

import type { Cause, Scene } from "../causes/define.js";
import { causes } from "../causes/index.js";
import type { Evidence, Verdict } from "../model/evidence.js";
import type { PullSecret } from "../model/objects.js";
import type { Pull } from "../model/pull.js";
import type { MessageCause } from "../model/reading.js";
import { narrow } from "./narrow.js";

export interface Judgement {
  readonly pull: Pull;
  /** Absent: nothing could be confirmed; `open` names what remains. */
  readonly cause?: Cause;
  readonly parent?: string;
  readonly verdict: Verdict;
  readonly open: readonly { readonly cause: string; readonly why: string }[];
  readonly ruledOut: readonly { readonly cause: string; readonly why: string }[];
  /** What a registry answered since, as a sentence for the summary; see `prove`. */
  readonly now?: string;
  /** The registry gives the image to the pod's credentials now: what was judged may be over. */
  readonly isOver?: boolean;
  /** A secret of the namespace that the registry takes, and that the pod does not name. */
  readonly opener?: PullSecret;
}

/**
 * The most specific cause that is confirmed or likely. A refinement beats the message's own
 * cause, since it has seen more; among refinements, confirmed beats likely, then the order of
 * the catalogue decides.
 */
export function judge(pull: Pull, scene: Scene): Judgement {
  const heard = causes.flatMap((cause) => {
    const verdict = cause.judge?.(pull, scene);
    return verdict === undefined ? [] : [{ cause, verdict }];
  });
  const base = judgeMessage(pull, scene);
  const best =
    heard.find(({ verdict }) => verdict.is === "confirmed") ??
    heard.find(({ verdict }) => verdict.is === "likely");
  const ruledOut = [
    ...base.ruledOut,
    ...heard.flatMap(({ cause, verdict }) =>
      verdict.is === "ruled-out" ? [{ cause: cause.id, why: verdict.evidence[0].shows }] : [],
    ),
  ];
  if (best !== undefined) {
    const parent = parentOf(best.cause, pull);
    const open = base.open.filter(({ cause }) => cause !== parent && cause !== best.cause.id);
    return {
      pull,
      cause: best.cause,
      verdict: withMessage(best.verdict, pull),
      open: best.verdict.is === "likely" ? open : [],
      ruledOut,
      ...(parent === undefined || parent === best.cause.id ? {} : { parent }),
    };
  }
  const wondering = heard.flatMap(({ cause, verdict }) =>
    verdict.is === "unknown" ? [{ cause: cause.id, why: verdict.missing }] : [],
  );
  if (base.cause === undefined && wondering.length > 0) {
    const open = [
      ...wondering,
      ...base.open.filter(({ cause }) => !wondering.some((other) => other.cause === cause)),
    ];
    return { ...base, pull, open, ruledOut };
  }
  return { ...base, pull, ruledOut };
}

/** What the message alone allows, narrowed by what the cluster shows. */
function judgeMessage(pull: Pull, scene: Scene): Omit<Judgement, "pull"> {
  const { reading } = pull;
  if (pull.state === "slow") {
    const why = "a registry that takes the request and never answers leaves the same trace";
    return {
      verdict: { is: "unknown", missing: "how the pull ends" },
      open: [{ cause: "connection-timeout", why }],
      ruledOut: [],
    };
  }
  if (reading.cause === "unknown" || reading.cause === "not-image-pull") {
    return { verdict: { is: "unknown", missing: whatIsMissing(pull) }, open: [], ruledOut: [] };
  }
  const { cause, open, ruledOut } = narrow(pull, scene);
  const evidence = messageEvidence(pull);
  if (cause === undefined || evidence === undefined) {
    return {
      verdict: { is: "unknown", missing: "what the registry answers to these credentials" },
      open,
      ruledOut,
    };
  }
  const found = causeOf(cause);
  const isSure = reading.verdict === "confirmed" && cause === reading.cause;
  const verdict: Verdict = isSure
    ? { is: "confirmed", evidence: [evidence] }
    : { is: "likely", evidence: [evidence], missing: open[0]?.why ?? "a second source" };
  const parent = parentOf(found, pull);
  return { cause: found, verdict, open, ruledOut, ...(parent === undefined ? {} : { parent }) };
}

function whatIsMissing(pull: Pull): string {
  if (pull.said.length === 0) return "the runtime's own words: no event and no waiting message carries them";
  return "the runtime's own words: what is left says only that the pull failed";
}

const messageEvidence = (pull: Pull): Evidence | undefined => pull.said[0]?.evidence;

/** A refinement's evidence begins with what the runtime said, when it said something. */
function withMessage(verdict: Verdict, pull: Pull): Verdict {
  const words = messageEvidence(pull);
  if (words === undefined || (verdict.is !== "confirmed" && verdict.is !== "likely")) return verdict;
  if (verdict.evidence.includes(words)) return verdict;
  return { ...verdict, evidence: [words, ...verdict.evidence] };
}

function causeOf(id: MessageCause): Cause {
  const cause = causes.find((candidate) => candidate.id === id);
  if (cause === undefined) throw new Error(`no cause ${id} in the catalogue`);
  return cause;
}

function parentOf(cause: Cause, pull: Pull): string | undefined {
  return typeof cause.parent === "function" ? cause.parent(pull) : cause.parent;
}
