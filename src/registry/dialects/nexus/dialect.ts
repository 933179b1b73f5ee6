// Sonatype Nexus: Basic, unless its Bearer realm is on; a missing repository is a missing manifest.

import { constructed, defineDialect } from "../define.js";

const reported = constructed("help.sonatype.com and issue reports, until 2026-11");

export default defineDialect({
  id: "nexus",
  title: "Nexus",
  speaksFor: (host) => host.split(".")[0] === "nexus",
  signs: { server: /^Nexus\// },
  hidesFrom: "nobody",
  tellsRepository: false,
  signIn: "a Nexus user with the right nx-repository-view-docker-*-read",
  looks: [
    reported(
      "private-repository",
      "nobody",
      "manifest",
      401,
      "UNAUTHORIZED: access to the requested resource is not authorized",
    ),
    reported(
      "wrong-login",
      "somebody",
      "manifest",
      401,
      "UNAUTHORIZED: access to the requested resource is not authorized",
    ),
    reported("missing-repository", "somebody", "manifest", 404, "MANIFEST_UNKNOWN: manifest unknown"),
    reported("missing-tag", "somebody", "manifest", 404, "MANIFEST_UNKNOWN: manifest unknown"),
  ],
  read: ["https://help.sonatype.com/en/docker-registry.html"],
});
