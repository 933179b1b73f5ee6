// CRI-O and Podman do not fill in Docker Hub for a name without a registry unless they are told to.

import { setImage } from "../commands.js";
import { type Cause, defineCause } from "../define.js";

const cause: Cause = defineCause({
  id: "short-name-unresolved",
  title: "name has no registry and the node fills none in",
  summary:
    "The image's name has no registry. This runtime has neither an alias for it nor a registry to search, so it does not know whom to ask.",
  area: "reference",
  stage: "reference",
  looksLike: [
    {
      by: "cri-o",
      text: 'short-name "…" did not resolve to an alias and no unqualified-search registries are defined in "…"',
    },
    { by: "podman", text: "short-name resolution enforced but cannot prompt without a TTY" },
  ],
  toldApart: [
    { from: "invalid-reference", how: "there the name itself is not valid" },
    { from: "repository-not-found", how: "there a registry was asked" },
  ],
  mend: [
    "write the registry into the name: `docker.io/library/nginx:1.27` for `nginx:1.27`, `docker.io/<user>/<name>` for `<user>/<name>`",
    "or, on the nodes, set `unqualified-search-registries` or an alias in registries.conf",
  ],
  prevent: ["always write the registry in manifests, also for Docker Hub"],
  fixes: ["set-image"],
  read: [
    "https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md",
    "https://kubernetes.io/docs/concepts/containers/images/#image-names",
  ],

  tell: (pull) =>
    `${pull.image} names no registry, and the runtime of the node does not fill one in. No registry was asked.`,

  remedies(pull) {
    const { reference } = pull;
    // A name without a registry means Docker Hub everywhere else.
    if (reference?.registry !== "docker.io" || pull.image.startsWith("docker.io/")) return [];
    const rest = reference.digest === undefined ? `:${reference.tag ?? "latest"}` : `@${reference.digest}`;
    return [setImage(pull, `docker.io/${reference.repository}${rest}`)];
  },
});

export default cause;
