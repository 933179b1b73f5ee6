// Quay: tokens for everybody, then 401 for private and missing alike.

import { constructed, defineDialect } from "../define.js";

const reported = constructed("docs.quay.io and issue reports of cri-o and podman, until 2026-11");
const refused = "UNAUTHORIZED: access to the requested resource is not authorized";

export default defineDialect({
  id: "quay",
  title: "Quay",
  family: "quay",
  speaksFor: (host) => host === "quay.io" || host.split(".")[0] === "quay",
  hidesFrom: "everyone",
  tellsRepository: true,
  signIn: "a robot account of the organisation, such as acme+pull",
  looks: [
    reported("private-repository", "nobody", "manifest", 401, refused),
    reported("missing-repository", "nobody", "manifest", 401, refused),
    reported("missing-repository", "somebody", "manifest", 401, refused),
    reported("no-right", "somebody", "manifest", 401, refused),
    reported(
      "wrong-login",
      "somebody",
      "token",
      401,
      "UNAUTHORIZED: Could not find robot with specified username",
    ),
    reported("missing-tag", "nobody", "manifest", 404, "MANIFEST_UNKNOWN: manifest unknown"),
  ],
  read: ["https://docs.quay.io/glossary/robot-accounts.html"],
});
