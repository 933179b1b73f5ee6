// Registries and repositories that their owners shut down or moved: dated facts, each with its
// source and the month in which it was compared with it. Only a row of high confidence may found a
// verdict; the others are hints.

export interface Move {
  /** Registry host, or host and the beginning of a repository path. */
  readonly from: string;
  /** Day from which pulls of it are to be expected to fail, `YYYY-MM-DD`. Absent: no date is sourced. */
  readonly since?: string;
  /** What takes the place of `from` in a name. Absent: names do not carry over one to one. */
  readonly to?: string;
  /** One sentence: what its owner did. */
  readonly fact: string;
  /** What to do, when `to` alone does not say it. */
  readonly advice?: string;
  /** Which tags are concerned: all of them, those that are versions, or versions from this one on. */
  readonly tags: "all" | "versions" | { readonly from: string };
  /** `gone`: nothing concerned is served any more. `frozen`: what was there before may still answer. */
  readonly left: "gone" | "frozen";
  readonly sources: readonly string[];
  /** `YYYY-MM` */
  readonly checkedAt: string;
  /** `medium`: dates conflict or one is missing. `unverified`: known, and not sourced. */
  readonly confidence: "high" | "medium" | "unverified";
}

export const moves: readonly Move[] = [
  {
    from: "k8s.gcr.io",
    since: "2023-04-03",
    to: "registry.k8s.io",
    fact: "k8s.gcr.io has been frozen since 3 April 2023: newer images and tags are only in registry.k8s.io",
    tags: "all",
    left: "frozen",
    sources: ["https://kubernetes.io/blog/2023/03/10/image-registry-redirect/"],
    checkedAt: "2026-11",
    confidence: "high",
  },
  {
    from: "gcr.io/kubebuilder/kube-rbac-proxy",
    since: "2026-03-06",
    to: "registry.k8s.io/kubebuilder/kube-rbac-proxy",
    fact: "gcr.io/kubebuilder/kube-rbac-proxy has been gone since about 6 March 2026; registry.k8s.io has the same tags, and quay.io/brancz/kube-rbac-proxy is the upstream one",
    tags: "all",
    left: "gone",
    sources: [
      "https://github.com/cert-manager/aws-privateca-issuer/issues/459",
      "https://github.com/opensearch-project/opensearch-migrations/issues/2358",
      "https://github.com/mercari/spanner-autoscaler/issues/212",
    ],
    checkedAt: "2026-11",
    confidence: "high",
  },
  {
    from: "docker.io/bitnami",
    since: "2025-08-28",
    to: "docker.io/bitnamilegacy",
    fact: "Bitnami began to take the versioned tags out of docker.io/bitnami on 28 August 2025 and removed them from 29 September 2025 on; docker.io/bitnamilegacy keeps them without updates",
    tags: "versions",
    left: "gone",
    sources: [
      "https://github.com/bitnami/charts/issues/35164",
      "https://github.com/bitnami/containers/issues/83267",
      "https://github.com/bitnami/charts/issues/36261",
    ],
    checkedAt: "2026-11",
    confidence: "high",
  },
  {
    from: "quay.io/coreos/prometheus-operator",
    to: "quay.io/prometheus-operator/prometheus-operator",
    fact: "from v0.43.0 on the operator is only in quay.io/prometheus-operator/prometheus-operator",
    tags: { from: "0.43.0" },
    left: "gone",
    sources: ["https://github.com/prometheus-operator/prometheus-operator/issues/3672"],
    checkedAt: "2026-11",
    confidence: "high",
  },
  {
    from: "gcr.io",
    since: "2025-03-18",
    fact: "Container Registry takes no writes since 18 March 2025; the day of its read shutdown differs between versions of Google's page, and gcr.io works only for projects that migrated to Artifact Registry",
    advice: "move the project's gcr.io repositories to Artifact Registry, or use their pkg.dev names",
    tags: "all",
    left: "frozen",
    sources: ["https://docs.cloud.google.com/artifact-registry/docs/transition/prepare-gcr-shutdown"],
    checkedAt: "2026-11",
    confidence: "medium",
  },
  {
    from: "docker.pkg.github.com",
    fact: "GitHub moved its Docker registry to ghcr.io; its documentation says that the old names keep working, and no shutdown date is known",
    advice: "use ghcr.io/<owner>/<image>",
    tags: "all",
    left: "frozen",
    sources: [
      "https://docs.github.com/en/packages/working-with-a-github-packages-registry/migrating-to-the-container-registry-from-the-docker-registry",
    ],
    checkedAt: "2026-11",
    confidence: "medium",
  },
  {
    from: "quay.io/kubernetes-ingress-controller",
    fact: "the ingress-nginx project publishes to registry.k8s.io/ingress-nginx/controller",
    advice: "use registry.k8s.io/ingress-nginx/controller; not every tag of the old name is there",
    tags: "all",
    left: "frozen",
    sources: ["https://github.com/kubernetes/ingress-nginx"],
    checkedAt: "2026-11",
    confidence: "unverified",
  },
];
