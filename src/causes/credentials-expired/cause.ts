// Credentials that were right once and have run out.

import { renewSecret, tellTeam } from "../commands.js";
import { type Cause, defineCause } from "../define.js";
import { registryOf } from "../seen.js";
import { kubectl } from "../target.js";
import { word } from "../word.js";
import { endedSecret, judgeCredentialsExpired } from "./judge.js";

const cause: Cause = defineCause({
  id: "credentials-expired",
  title: "credentials have expired",
  summary:
    "The credentials were made for a limited time, and that time is over. A Secret does not renew itself.",
  area: "auth",
  stage: "token",
  looksLike: [
    { by: "registry", text: "denied: Your authorization token has expired. Reauthenticate and try again." },
    { by: "registry", text: "unauthorized: personal access token is expired" },
    {
      by: "containerd",
      text: "unexpected status from HEAD request to https://….dkr.ecr.….amazonaws.com/v2/…: 403 Forbidden",
    },
  ],
  toldApart: [
    { from: "credentials-rejected", how: "there they were never right, or were changed or revoked" },
    {
      from: "access-denied",
      how: "there they are accepted and do not reach this repository; ECR answers 403 to both",
    },
    { from: "secret-literal-command", how: "there the password never was a token" },
  ],
  mend: [
    'write a fresh login into the secret: `kubectl create secret docker-registry <name> --docker-server=<account>.dkr.ecr.<region>.amazonaws.com --docker-username=AWS --docker-password="$(aws ecr get-login-password --region <region>)" --dry-run=client -o yaml | kubectl -n <namespace> apply -f -`',
    "waiting pods take the new content at their next try; they need not be made anew",
    "see when the secret was made: `kubectl -n <namespace> get secret <name> -o jsonpath='{.metadata.creationTimestamp}'`",
    "public.ecr.aws needs no login: a stale one makes public pulls fail as well",
  ],
  prevent: [
    "let nodes sign in by their own role (ECR, Artifact Registry, ACR): no secret, no end",
    "or renew the secret on a schedule, well within its lifetime: a CronJob, or External Secrets with its ECR, GCR or ACR generator",
    "lifetimes: ECR login 12 h, Google access token 1 h by default, ACR token about 3 h, GitHub App token 1 h, GITHUB_TOKEN until its job ends",
    "watch the end dates of tokens and renew them before",
  ],
  fixes: ["renew-pull-secret", "tell"],
  read: [
    "https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html",
    "https://kubernetes.io/docs/tasks/administer-cluster/kubelet-credential-provider/",
  ],

  judge: judgeCredentialsExpired,

  tell(pull, scene) {
    const ended = endedSecret(pull, scene);
    if (ended === undefined) return `${registryOf(pull)} says that the credentials sent to it have expired.`;
    if (ended.at !== undefined)
      return `Secret ${ended.secret.name} is sent to ${registryOf(pull)}; its credentials ended ${ended.at.toISOString()}.`;
    return `Secret ${ended.secret.name} is sent to ${registryOf(pull)}: ${ended.shows}.`;
  },

  remedies(pull, scene) {
    const secret =
      endedSecret(pull, scene)?.secret ?? scene.keyring(pull).named.find((one) => one.secret)?.secret;
    return secret === undefined
      ? [
          tellTeam(
            pull,
            `the credentials for ${registryOf(pull)} have expired; renew the secret or node setting that sends them`,
          ),
        ]
      : [renewSecret(pull, secret.name)];
  },

  settle(pull, scene) {
    const secret = endedSecret(pull, scene)?.secret;
    return secret === undefined
      ? []
      : [
          `${kubectl(pull)} get secret ${word(secret.name)} -o yaml --show-managed-fields | grep -E 'time:|creationTimestamp'`,
        ];
  },
});

export default cause;
