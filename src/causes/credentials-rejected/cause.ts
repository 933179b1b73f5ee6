// Credentials were sent, and the registry does not take them.

import { renewSecret, tellTeam } from "../commands.js";
import { type Cause, defineCause } from "../define.js";
import { loginOf } from "../login.js";
import { registryOf } from "../seen.js";
import { word } from "../word.js";
import { judgeCredentialsRejected, sentSecret } from "./judge.js";

const cause: Cause = defineCause({
  id: "credentials-rejected",
  title: "registry refuses the credentials",
  summary:
    "User and password were sent, and the registry does not accept them: wrong, changed, revoked, or of a kind that it does not take.",
  area: "auth",
  stage: "token",
  looksLike: [
    {
      by: "containerd",
      text: "failed to authorize: failed to fetch oauth token: unexpected status from GET request to …: 401 Unauthorized",
    },
    {
      by: "containerd",
      text: "unexpected status from HEAD request to https://…/v2/…/manifests/…: 401 Unauthorized",
    },
    { by: "cri-o", text: "unable to retrieve auth token: invalid username/password: unauthorized: …" },
    { by: "registry", text: "unauthorized: incorrect username or password" },
    { by: "registry", text: "unauthorized: HTTP Basic: Access denied" },
    { by: "registry", text: "denied: denied" },
  ],
  toldApart: [
    {
      from: "credentials-missing",
      how: "there nothing was sent; containerd before 1.6.25 prints the same 401 for both",
    },
    { from: "credentials-expired", how: "there they were right once, and their time has run out" },
    { from: "access-denied", how: "there the sign-in works and this user may not read the repository" },
    { from: "secret-literal-command", how: "there the password is the text of a command" },
  ],
  mend: [
    "try the same user and password by hand: `docker login <registry>`",
    "see user and registry of the secret, without the password: `kubectl -n <namespace> get secret <name> -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d | jq '.auths | map_values(.username)'`",
    'write fresh ones: `kubectl create secret docker-registry <name> --docker-server=<registry> --docker-username="$REGISTRY_USER" --docker-password="$REGISTRY_PASSWORD" --dry-run=client -o yaml | kubectl -n <namespace> apply -f -`',
    "for ECR the user is AWS and the password a command's output, good for 12 hours: `aws ecr get-login-password --region <region> | docker login --username AWS --password-stdin <account>.dkr.ecr.<region>.amazonaws.com`",
    "most registries want an access token in place of the password: Docker Hub, GHCR (`read:packages`), GitLab (`read_registry`), Harbor and Quay robots",
    "Harbor robots have a `$` in their name: write it in single quotes, or the shell eats it",
    "when the image is public, take the stale secret away: the kubelet does not try again without it",
  ],
  prevent: [
    "use a robot or service account for pulls, not a person's password",
    "try a new secret with one pull before it reaches every namespace",
  ],
  fixes: ["renew-pull-secret", "repair-pull-secret"],
  read: [
    "https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/",
    "https://docs.docker.com/security/access-tokens/",
  ],

  judge: judgeCredentialsRejected,

  tell(pull, scene) {
    const sent = sentSecret(pull, scene);
    if (sent === undefined) return `${registryOf(pull)} refuses the credentials that were sent to it.`;
    const user = sent.username === "" ? "an empty user name" : `user ${sent.username}`;
    const odd = sent.oddity === undefined ? "" : `; ${sent.oddity.text}`;
    return `Secret ${sent.secret.name} sends ${user} to ${registryOf(pull)}, which refuses it${odd}.`;
  },

  remedies(pull, scene) {
    const sent = sentSecret(pull, scene);
    return sent === undefined
      ? [
          tellTeam(
            pull,
            `the credentials for ${registryOf(pull)} are refused; find the pull secret or node setting that sends them`,
          ),
        ]
      : [renewSecret(pull, sent.secret.name)];
  },

  settle: (pull) => [
    `docker login ${word(loginOf(pull).server)}`,
    `docker pull ${word(pull.image || "<image>")}`,
  ],
});

export default cause;
