// The registry wants to know who asks, and nothing was sent that it could go by.

import type { Pull } from "../../model/pull.js";
import { familyTitles, usesNodeIdentity } from "../../model/registry-family.js";
import { createSecret, tellTeam } from "../commands.js";
import { type Cause, defineCause, type Scene } from "../define.js";
import { isStatic } from "../opener.js";
import { registryOf } from "../seen.js";
import { kubectl } from "../target.js";
import { word } from "../word.js";
import { freeName } from "./free-name.js";

const cause: Cause = defineCause({
  id: "credentials-missing",
  title: "registry asks for credentials and got none",
  summary:
    "The image is not public, and the pull was anonymous: no pull secret of the pod is for this registry, and the node has no credentials of its own.",
  area: "auth",
  stage: "manifest",
  looksLike: [
    { by: "containerd", text: "… failed with status code [manifests …]: 401 Unauthorized" },
    {
      by: "containerd",
      text: "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials",
    },
    {
      by: "containerd",
      text: "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to …: 401 Unauthorized",
    },
    { by: "cri-o", text: "reading manifest … in …: unauthorized: authentication required" },
    { by: "docker", text: 'Head "https://…/v2/…/manifests/…": no basic auth credentials' },
    {
      by: "docker",
      text: "pull access denied for …, repository does not exist or may require 'docker login'",
    },
  ],
  toldApart: [
    { from: "credentials-rejected", how: "there credentials were sent and the registry refuses them" },
    {
      from: "repository-not-found",
      how: "there the name is wrong; Docker Hub, GHCR, Quay, GitLab and Harbor answer alike for both",
    },
    { from: "secret-not-attached", how: "there the right secret lies in the namespace and nothing names it" },
    { from: "secret-in-other-namespace", how: "there the right secret lies in another namespace" },
    { from: "secret-wrong-host", how: "there the pod names a secret, for another host" },
    { from: "node-identity", how: "there other nodes get in with their own identity" },
  ],
  mend: [
    "see what the pod and its ServiceAccount name: `kubectl -n <namespace> describe pod <pod>`, `kubectl -n <namespace> describe serviceaccount default`",
    "see which secrets there are, and that the type is kubernetes.io/dockerconfigjson: `kubectl -n <namespace> get secrets`, `kubectl -n <namespace> describe secret <name>`",
    'make one: `kubectl -n <namespace> create secret docker-registry regcred --docker-server=<registry> --docker-username="$REGISTRY_USER" --docker-password="$REGISTRY_PASSWORD"`',
    "for Docker Hub the server is `https://index.docker.io/v1/`, for ECR `<account>.dkr.ecr.<region>.amazonaws.com` with user AWS",
    'for ECR the password is a command\'s output: `--docker-password="$(aws ecr get-login-password --region <region>)"`; it lives 12 hours',
    "name it in the pod template under `spec.template.spec.imagePullSecrets`, or in the ServiceAccount for all its new pods",
    "on ECR, Artifact Registry and ACR give the nodes read access instead: no secret to renew",
  ],
  prevent: [
    "attach the pull secret to the ServiceAccount when the namespace is made",
    "let the nodes of a cloud cluster sign in by their own role where the registry allows it",
  ],
  fixes: ["create-pull-secret", "attach-to-service-account", "attach-to-workload", "tell"],
  read: [
    "https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/",
    "https://kubernetes.io/docs/concepts/containers/images/#using-a-private-registry",
  ],

  tell(pull, scene) {
    const keyring = scene.keyring(pull);
    const refused = `${registryOf(pull)} does not give ${pull.image || "the image"} to an anonymous pull`;
    if (!keyring.known) return `${refused}. Which pull secrets the pod has is not known: ${keyring.why}.`;
    if (keyring.named.length === 0)
      return `${refused}, and neither pod ${pull.pod.name} nor its ServiceAccount gave it a pull secret.`;
    const names = keyring.named.map(({ name }) => name).join(", ");
    return `${refused}. The pod names ${names}, and nothing in it is for this registry.`;
  },

  remedies(pull, scene) {
    const byNode = usesNodeIdentity.has(scene.family(pull)) ? [nodeRole(pull, scene)] : [];
    return isStatic(pull)
      ? [
          tellTeam(
            pull,
            `pod ${pull.pod.name} is static: give its node credentials for ${registryOf(pull)} in the kubelet's config.json`,
          ),
        ]
      : [...byNode, createSecret(pull, { name: freeName(pull, scene) })];
  },

  settle: (pull) =>
    pull.pod.name === ""
      ? []
      : [
          `${kubectl(pull)} get pod ${word(pull.pod.name)} -o jsonpath='{.spec.imagePullSecrets[*].name}'`,
          `${kubectl(pull)} get secrets --field-selector type=kubernetes.io/dockerconfigjson`,
        ],
});

const nodeRole = (pull: Pull, scene: Scene) =>
  tellTeam(
    pull,
    `give the role of ${pull.pod.node === undefined ? "the nodes" : `node ${pull.pod.node}`} read access to ${registryOf(pull)}; ${familyTitles[scene.family(pull)]} then needs no pull secret`,
  );

export default cause;
