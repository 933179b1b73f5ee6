// The registry, or what stands in front of it, answers that it is in trouble.

import type { Pull } from "../../model/pull.js";
import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { endpointText } from "../from-node.js";

/** Where a vendor says how its registry is. */
const statusPages: Readonly<Record<string, string>> = {
  "docker.io": "https://www.dockerstatus.com",
  "ghcr.io": "https://www.githubstatus.com",
  "quay.io": "https://status.redhat.com",
  "registry.gitlab.com": "https://status.gitlab.com",
  "gcr.io": "https://status.cloud.google.com",
  "public.ecr.aws": "https://health.aws.amazon.com/health/status",
};

const statusPage = (pull: Pull): string | undefined => statusPages[pull.reference?.registry ?? ""];

export default defineCause({
  id: "registry-unavailable",
  title: "registry answers with a server error",
  summary:
    "The registry or what stands in front of it answers with 5xx: it is down, overloaded or broken. Nothing in the cluster is wrong.",
  area: "registry",
  stage: "manifest",
  looksLike: [
    { by: "containerd", text: "… failed with status code [manifests …]: 503 Service Unavailable" },
    { by: "containerd", text: "unexpected status from HEAD request to https://…/v2/…: 502 Bad Gateway" },
    {
      by: "cri-o",
      text: "reading manifest … in …: received unexpected HTTP status: 500 Internal Server Error",
    },
    { by: "docker", text: "received unexpected HTTP status: 504 Gateway Time-out" },
    { by: "kubelet", text: "image pull failed for … because the registry is unavailable: …" },
  ],
  toldApart: [
    { from: "rate-limited", how: "there the answer is 429 and concerns this address or account only" },
    { from: "connection-refused", how: "there nothing answers on the port" },
    { from: "quota-exceeded", how: "there an account's limit is used up; some registries say 503 to that" },
    { from: "intercepted-response", how: "there a page answers in the registry's place" },
  ],
  mend: [
    "look at the registry's status page, or at the pods, disk and storage behind your own: 500 is often its storage, 502 and 504 its load balancer",
    "nothing has to be restarted: the kubelet tries again, at most five minutes apart",
    "when it lasts, pull from a mirror or another registry that has the image",
    "check the host's spelling: a name close to a registry's may belong to a server that answers 5xx",
  ],
  prevent: [
    "keep the images that must start in a registry or cache of your own",
    "use `imagePullPolicy: IfNotPresent` with exact tags: a restart then needs no registry",
  ],
  fixes: ["use-mirror", "tell"],
  read: ["https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy"],

  tell(pull) {
    const status = pull.reading.status === undefined ? "with a server error" : `with ${pull.reading.status}`;
    const page = statusPage(pull);
    return `${endpointText(pull)} answers ${status}. The trouble is there, not in the cluster.${page === undefined ? "" : ` Its vendor's status: ${page}`}`;
  },

  remedies(pull) {
    const page = statusPage(pull);
    return [
      tellTeam(
        pull,
        page === undefined
          ? `${endpointText(pull)} answers with server errors; look at it and what stands in front of it`
          : `${endpointText(pull)} answers with server errors; see ${page}`,
      ),
    ];
  },
});
