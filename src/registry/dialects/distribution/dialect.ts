// The open-source registry (distribution), and every product that follows the specification and no dialect.

import { constructed, defineDialect, recorded } from "../define.js";

const seen = recorded("docker-registry 2.8.2+ds1-1 of Debian 12, asked by curl, 2026-11; see recorded/");
const written = constructed("distribution/distribution docs/content/spec/api.md");

export default defineDialect({
  id: "distribution",
  title: "the registry",
  family: "other",
  speaksFor: () => true,
  hidesFrom: "strangers",
  tellsRepository: false,
  signIn: "a user of the registry",
  looks: [
    seen("private-repository", "nobody", "manifest", 401, "UNAUTHORIZED: authentication required"),
    seen("wrong-login", "somebody", "manifest", 401, "UNAUTHORIZED: authentication required"),
    seen("missing-repository", "nobody", "manifest", 404, "MANIFEST_UNKNOWN: manifest unknown"),
    seen("missing-tag", "nobody", "manifest", 404, "MANIFEST_UNKNOWN: manifest unknown"),
    written("no-right", "somebody", "manifest", 403, "DENIED: requested access to the resource is denied"),
    written("limit", "nobody", "manifest", 429, "TOOMANYREQUESTS: too many requests"),
  ],
  read: ["https://distribution.github.io/distribution/spec/api/"],
});
