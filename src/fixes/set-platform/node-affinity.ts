// Required node affinity that keeps pods to architectures, merged with what a pod spec requires already.

import { type Json, record, records, textMap, texts } from "../../cluster/objects-fields.js";

const label = "kubernetes.io/arch";
/** Still on every node. */
const formerLabel = "beta.kubernetes.io/arch";
const required = "requiredDuringSchedulingIgnoredDuringExecution";

/**
 * The pod spec kept to nodes of these architectures; the same object where it is already. Undefined: what the spec
 * requires leaves none of them over.
 */
export function keptTo(spec: Json, architectures: readonly string[]): Json | undefined {
  const selector = textMap(spec.nodeSelector);
  const selected = selector[label] ?? selector[formerLabel];
  if (selected !== undefined) return architectures.includes(selected) ? spec : undefined;
  const affinity = record(spec.affinity);
  const nodeAffinity = record(affinity.nodeAffinity);
  const rule = record(nodeAffinity[required]);
  const terms = records(rule.nodeSelectorTerms);
  // Terms are alternatives: one that is not narrowed would let every architecture in again.
  const narrowed = (terms.length === 0 ? [{ matchExpressions: [] }] : terms).map((term) =>
    narrow(term, architectures),
  );
  const possible = narrowed.filter((term) => term !== undefined);
  if (possible.length === 0) return undefined;
  if (possible.length === terms.length && possible.every((term, at) => term === terms[at])) return spec;
  return {
    ...spec,
    affinity: {
      ...affinity,
      nodeAffinity: { ...nodeAffinity, [required]: { ...rule, nodeSelectorTerms: possible } },
    },
  };
}

/** Undefined for a term that no such node fits. */
function narrow(term: Json, architectures: readonly string[]): Json | undefined {
  const expressions = records(term.matchExpressions);
  const own = expressions.filter(({ key }) => key === label || key === formerLabel);
  const left = architectures.filter((one) => own.every((expression) => admits(expression, one)));
  // An empty term fits no node.
  if (term.matchExpressions === undefined && term.matchFields === undefined) return undefined;
  if (left.length === 0) return undefined;
  // Nothing but these is let in already.
  if (
    own.some(({ operator, values }) => operator === "In" && texts(values).every((one) => left.includes(one)))
  )
    return term;
  const others = expressions.filter((one) => !own.includes(one));
  return { ...term, matchExpressions: [...others, { key: label, operator: "In", values: left }] };
}

function admits({ operator, values }: Json, architecture: string): boolean {
  const listed = texts(values).includes(architecture);
  switch (operator) {
    case "In":
      return listed;
    case "NotIn":
      return !listed;
    default:
      return operator === "Exists";
  }
}
