// The registry counts requests, and this address or account has used up its share.

import type { Pull } from "../../model/pull.js";
import type { Remedy } from "../../model/report.js";
import { attachToServiceAccount, createSecret, tellTeam } from "../commands.js";
import { freeName } from "../credentials-missing/free-name.js";
import { type Cause, defineCause, type Scene } from "../define.js";
import { registryOf } from "../seen.js";
import { hubAllowance, hubAllowanceCheckedAt } from "./allowance.js";

const isHub = (pull: Pull): boolean =>
  registryOf(pull) === "docker.io" || (pull.reading.host ?? "").endsWith("docker.io");

const isLogin = (pull: Pull): boolean =>
  pull.said.some(({ evidence }) => /failed login attempts/i.test(evidence.quote ?? ""));

/** Docker Hub counts an anonymous pull against the address, which all nodes behind one NAT share. */
function signIn(pull: Pull, scene: Scene): readonly Remedy[] {
  const keyring = scene.keyring(pull);
  if (!isHub(pull) || isLogin(pull) || keyring.credentials.length > 0) return [];
  const there = scene
    .secretsIn(pull.pod.namespace)
    .items.find(
      (secret) => !pull.pod.pullSecrets.includes(secret.name) && scene.opens(secret, pull).length > 0,
    );
  return there === undefined
    ? [createSecret(pull, { name: freeName(pull, scene) })]
    : [attachToServiceAccount(pull, there.name)];
}

const cause: Cause = defineCause({
  id: "rate-limited",
  title: "pull limit reached",
  summary:
    "The registry limits how often it is asked, and this address or account has used up its share. The same pull works when the window has moved on.",
  area: "limits",
  stage: "manifest",
  looksLike: [
    {
      by: "registry",
      text: "toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit",
    },
    { by: "registry", text: "toomanyrequests: You have reached your unauthenticated pull rate limit." },
    {
      by: "containerd",
      text: "failed to copy: httpReadSeeker: failed open: unexpected status code https://…/v2/…/manifests/sha256:…: 429 Too Many Requests",
    },
    { by: "cri-o", text: "reading manifest … in …: toomanyrequests: …" },
    { by: "docker", text: "toomanyrequests: too many failed login attempts for username or IP address" },
  ],
  toldApart: [
    { from: "kubelet-throttled", how: "there the node's own limit speaks: pull QPS exceeded" },
    {
      from: "quota-exceeded",
      how: "there a quota of storage or traffic is used up, and waiting does not help",
    },
    { from: "registry-unavailable", how: "there the registry is overloaded for everyone: 503" },
    { from: "credentials-missing", how: "there signing in is required, not merely rewarded" },
  ],
  mend: [
    "sign in: an account has a larger share, and its own one; make a pull secret for `https://index.docker.io/v1/` and attach it to the ServiceAccount",
    "or pull through a cache or mirror, or from another registry that has the image, such as public.ecr.aws/docker/library/<name>, mirror.gcr.io or your own ECR, ACR or Artifact Registry",
    'see what is left from where you are (a node behind another address may have less): `TOKEN=$(curl -s "https://auth.docker.io/token?service=registry.docker.io&scope=repository:ratelimitpreview/test:pull" | jq -r .token); curl -sI -H "Authorization: Bearer $TOKEN" https://registry-1.docker.io/v2/ratelimitpreview/test/manifests/latest | grep -i ratelimit`',
    "nothing has to be restarted: the kubelet tries again, at most five minutes apart",
    "too many failed logins: correct or remove the secret with the wrong password, which is tried on every pull",
  ],
  prevent: [
    "keep the images that you use in a registry or pull-through cache of your own",
    "use `imagePullPolicy: IfNotPresent` with exact tags, so that a restart does not ask again",
    "sign in to Docker Hub in CI as well: builds share the address with the cluster behind one NAT",
  ],
  fixes: ["create-pull-secret", "attach-to-service-account", "use-mirror", "tell"],
  read: [
    "https://docs.docker.com/docker-hub/usage/pulls/",
    "https://docs.docker.com/docker-hub/image-library/mirror/",
  ],

  tell(pull, scene) {
    const who = scene.keyring(pull).credentials[0];
    if (isLogin(pull))
      return `${registryOf(pull)} has seen too many failed logins from this user or address and answers no more for a while.`;
    if (!isHub(pull))
      return `${registryOf(pull)} answers 429: too many requests from this address or account. It does not say here when the next one is welcome.`;
    const share = hubAllowance.map(({ who: kind, pulls }) => `${pulls} for ${kind}`).join(", ");
    const asked = who === undefined ? "" : ` The pull is signed in as ${who.username}.`;
    return `Docker Hub has counted as many pulls from this address or account as it allows in 6 hours: ${share} (as of ${hubAllowanceCheckedAt}).${asked}`;
  },

  remedies: (pull, scene) => [
    ...signIn(pull, scene),
    {
      ...tellTeam(
        pull,
        `pull ${pull.image || "the image"} through a mirror or cache of ${registryOf(pull)}, or keep a copy in a registry of your own`,
      ),
      fix: "use-mirror",
    },
  ],
});

export default cause;
