// The password in the secret is the text of a command that nobody ran.

import type { PullSecret, SecretNote } from "../../model/objects.js";
import type { Pull } from "../../model/pull.js";
import { renewSecret } from "../commands.js";
import { confirmed, defineCause, likely, type Scene } from "../define.js";
import { isDenied } from "../denied.js";
import { registryOf, secretShows } from "../seen.js";

function literal(pull: Pull, scene: Scene): { secret: PullSecret; note: SecretNote } | undefined {
  if (!isDenied(pull)) return undefined;
  const { credentials, named } = scene.keyring(pull);
  for (const { secret } of named) {
    const used = credentials.filter((one) => one.secretName === secret?.name);
    const note = secret?.notes.find(
      (one) => one.is === "literal-command" && used.some(({ key }) => key === one.key),
    );
    if (secret !== undefined && note !== undefined) return { secret, note };
  }
  return undefined;
}

export default defineCause({
  id: "secret-literal-command",
  title: "password in the pull secret is the text of a command",
  summary:
    "The pull secret holds the words of a command, such as `aws ecr get-login-password`, where its output should be. The command was never run.",
  area: "auth",
  parent: "credentials-rejected",
  looksLike: [{ by: "kubectl", text: "--docker-password=aws ecr get-login-password --region …" }],
  toldApart: [
    { from: "credentials-rejected", how: "there the password looks like one and is refused" },
    { from: "credentials-expired", how: "there it was a real token, whose time is over" },
  ],
  mend: [
    'put the command into `$(…)`, in double quotes, so that the shell runs it: `kubectl create secret docker-registry <name> --docker-server=<account>.dkr.ecr.<region>.amazonaws.com --docker-username=AWS --docker-password="$(aws ecr get-login-password --region <region>)" --dry-run=client -o yaml | kubectl -n <namespace> apply -f -`',
    "an ECR token ends after 12 hours: for more than a test, let the nodes sign in or renew it on a schedule",
  ],
  prevent: [
    "look at the length of a new password, which shows nothing of it; an ECR one has more than 1,000 characters: `kubectl -n <namespace> get secret <name> -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d | jq '.auths | map_values(.password | length)'`",
  ],
  fixes: ["renew-pull-secret"],
  read: ["https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html"],

  judge(pull, scene) {
    const found = literal(pull, scene);
    if (found === undefined) return undefined;
    const seen = secretShows(found.secret, scene, found.note.text);
    // The kubelet tries every login that fits: what is told may be about another one.
    const isOnly = scene
      .keyring(pull)
      .credentials.every(({ secretName }) => secretName === found.secret.name);
    return isOnly
      ? confirmed(seen)
      : likely("whether the pod's other login for this registry is refused too", seen);
  },

  tell(pull, scene) {
    const found = literal(pull, scene);
    return `In secret ${found?.secret.name}, which is sent to ${registryOf(pull)}, ${found?.note.text}. The registry wants what that command prints.`;
  },

  remedies(pull, scene) {
    const found = literal(pull, scene);
    return found === undefined ? [] : [renewSecret(pull, found.secret.name)];
  },
});
