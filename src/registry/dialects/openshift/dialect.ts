// OpenShift's built-in registry: a service account's token is the password.

import { constructed, defineDialect } from "../define.js";

const reported = constructed(
  "docs.openshift.com/registry and the source of openshift/image-registry, 2026-11",
);

export default defineDialect({
  id: "openshift",
  title: "OpenShift's registry",
  speaksFor: (host) =>
    /^image-registry\.openshift-image-registry\.svc(\.cluster\.local)?$/.test(host) ||
    host.startsWith("default-route-openshift-image-registry."),
  hidesFrom: "everyone",
  tellsRepository: true,
  signIn:
    "any user name with a token of a service account that may pull from the project (system:image-puller)",
  looks: [
    reported("private-repository", "nobody", "manifest", 401, "UNAUTHORIZED: authentication required"),
    reported("missing-repository", "nobody", "manifest", 401, "UNAUTHORIZED: authentication required"),
    reported("wrong-login", "somebody", "token", 401, "UNAUTHORIZED: authentication required"),
    reported("no-right", "somebody", "manifest", 403, "DENIED: requested access to the resource is denied"),
    reported("missing-tag", "somebody", "manifest", 404, "MANIFEST_UNKNOWN: manifest unknown"),
  ],
  read: ["https://docs.openshift.com/container-platform/latest/registry/accessing-the-registry.html"],
});
