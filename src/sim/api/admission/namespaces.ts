// Namespace lifecycle: nothing is created in a namespace that is not there or that is going.

import type { Admission } from "../admission.js";
import { ApiError, forbidden, notFound } from "../errors.js";
import { nameOf, resourceOf } from "../resources.js";

const IMMORTAL = new Set(["default", "kube-system", "kube-public"]);

export const namespaceLifecycle: Admission = ({ verb, resource, object, store }) => {
  const { namespace, name } = object.metadata;
  if (verb === "delete" && nameOf(resource) === "namespaces" && IMMORTAL.has(name)) {
    throw forbidden(resource, name, "this namespace may not be deleted");
  }
  if (verb !== "create" || !resource.isNamespaced || resource.isReview || namespace === undefined) return;
  const found = store.find("namespaces", undefined, namespace);
  if (found === undefined) throw notFound(resourceOf("namespaces"), namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const refusal = forbidden(resource, name, why);
  const causes = [
    {
      reason: "NamespaceTerminating",
      message: `namespace ${namespace} is being terminated`,
      field: "metadata.namespace",
    },
  ];
  throw new ApiError({
    code: 403,
    reason: "Forbidden",
    message: refusal.message,
    details: { ...refusal.details, causes },
  });
};
