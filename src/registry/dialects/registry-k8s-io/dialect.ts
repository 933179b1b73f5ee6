// registry.k8s.io: open to all, redirects everything to the nearest storage.

import { constructed, defineDialect } from "../define.js";

const reported = constructed("github.com/kubernetes/registry.k8s.io and issue reports, until 2026-11");

export default defineDialect({
  id: "registry-k8s-io",
  title: "registry.k8s.io",
  speaksFor: (host) => host === "registry.k8s.io",
  hidesFrom: "nobody",
  tellsRepository: false,
  isFirewalled: true,
  signIn: "nothing: it is open to all",
  looks: [
    reported("missing-repository", "nobody", "manifest", 404, ""),
    reported("missing-tag", "nobody", "manifest", 404, 'MANIFEST_UNKNOWN: Failed to fetch "v9"'),
  ],
  read: ["https://github.com/kubernetes/registry.k8s.io"],
});
