// Whoever asks is known or at least heard, and may not read this image.

import { familyTitles } from "../../model/registry-family.js";
import { askForImage } from "../ask.js";
import { tellTeam } from "../commands.js";
import { type Cause, defineCause } from "../define.js";
import { registryOf } from "../seen.js";
import { rightToPull } from "./rights.js";

const cause: Cause = defineCause({
  id: "access-denied",
  title: "not allowed to read this image",
  summary:
    "The registry understood who asks and refuses this user, role, address or country the right to read the image.",
  area: "auth",
  stage: "manifest",
  looksLike: [
    { by: "containerd", text: "… failed with status code [manifests …]: 403 Forbidden" },
    {
      by: "containerd",
      text: "unexpected status from HEAD request to https://…/v2/…/manifests/…: 403 Forbidden",
    },
    { by: "cri-o", text: "reading manifest … in …: denied: requested access to the resource is denied" },
    { by: "docker", text: "denied: requested access to the resource is denied" },
    {
      by: "registry",
      text: "User: arn:aws:… is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:…",
    },
    {
      by: "registry",
      text: 'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "…" (or it may not exist)',
    },
    { by: "registry", text: "client with IP '…' is not allowed access" },
    { by: "registry", text: "unauthorized: access to the requested resource is not authorized" },
  ],
  toldApart: [
    { from: "credentials-missing", how: "there the registry was asked anonymously" },
    { from: "credentials-rejected", how: "there the sign-in itself is refused" },
    { from: "credentials-expired", how: "there the sign-in has run out; ECR answers 403 to both" },
    {
      from: "repository-not-found",
      how: "there the name leads nowhere; many registries answer alike to hide what exists",
    },
    { from: "policy-blocked", how: "there the image is refused to everyone, for what it is" },
    { from: "intercepted-response", how: "there a filter in front answers 403 with a page of its own" },
  ],
  mend: [
    "give the user, robot or role the right to pull: AcrPull, roles/artifactregistry.reader, ecr:BatchGetImage, `read:packages`, Reporter",
    "for ECR of another account the repository's own policy has to name this account: `aws ecr get-repository-policy --repository-name <repository> --region <region>`",
    "when an address is refused, let the nodes' outgoing address in: firewall rules of ACR, private endpoints, IP allow-lists",
    "check the path: a project or repository that does not exist is often refused the same way",
    "see who the secret signs in as: `kubectl -n <namespace> get secret <name> -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d | jq '.auths | map_values(.username)'`",
  ],
  prevent: [
    "grant the right to pull to the cluster's role once for the whole registry, not repository by repository",
    "pull with the cluster's own credentials in CI before a deployment",
  ],
  fixes: ["tell", "renew-pull-secret"],
  read: [
    "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
    "https://cloud.google.com/artifact-registry/docs/access-control",
    "https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-access",
  ],

  tell(pull, scene) {
    const users = [...new Set(scene.keyring(pull).credentials.map(({ username }) => username))];
    const who = users.length === 0 ? "" : ` to user ${users.slice(0, 3).join(", ")}`;
    const family = scene.family(pull);
    const name =
      family === "other" || family === "harbor"
        ? registryOf(pull)
        : `${familyTitles[family]} (${registryOf(pull)})`;
    return `${name} refuses ${pull.image || "the image"}${who}. The right to pull there: ${rightToPull[family]}.`;
  },

  remedies: (pull, scene) => [
    tellTeam(
      pull,
      `give whoever pulls ${pull.image || "the image"} from ${registryOf(pull)} ${rightToPull[scene.family(pull)]}`,
    ),
  ],

  settle: (pull) => askForImage(pull),
});

export default cause;
