// Marks of controllers that write a Secret anew by themselves: a login in it does not end with its lifetime.

import type { Json } from "./objects-fields.js";
import { annotationsOf, labelsOf, ownersOf } from "./objects-meta.js";

const owners: ReadonlySet<string> = new Set([
  "ExternalSecret",
  "PushSecret",
  "SealedSecret",
  "VaultStaticSecret",
  "VaultDynamicSecret",
  "OnePasswordItem",
  "InfisicalSecret",
  "DopplerSecret",
  "SecretProviderClass",
  "AzureKeyVaultSecret",
]);

/** The annotation that names where a copy comes from, by tool. */
const copies: readonly (readonly [annotation: string, tool: string])[] = [
  ["reflector.v1.k8s.emberstack.com/reflects", "Reflector"],
  ["replicator.v1.mittwald.de/replicated-from-version", "kubernetes-replicator"],
  ["replicator.v1.mittwald.de/replicate-from", "kubernetes-replicator"],
  ["kubed.appscode.com/origin", "config-syncer"],
];

/** Undefined: nothing says that anybody does. */
export function keeperOf(object: Json): string | undefined {
  const owner = ownersOf(object).find(({ kind }) => owners.has(kind));
  if (owner !== undefined) return `${owner.kind} ${owner.name}`;
  const annotations = annotationsOf(object);
  if (annotations["reconcile.external-secrets.io/data-hash"] !== undefined) return "External Secrets";
  const copy = copies.find(([annotation]) => annotations[annotation] !== undefined);
  if (copy !== undefined) {
    const from = annotations[copy[0]] ?? "";
    return /^[\w./-]+$/.test(from) && from.includes("/") ? `${copy[1]}, from ${from}` : copy[1];
  }
  if (annotations["openshift.io/internal-registry-auth-token.service-account"] !== undefined)
    return "OpenShift";
  return labelsOf(object)["app.kubernetes.io/managed-by"] === "external-secrets"
    ? "External Secrets"
    : undefined;
}
