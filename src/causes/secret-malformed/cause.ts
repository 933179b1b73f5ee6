// The pull secret is there, and its content cannot be read.

import { createSecret } from "../commands.js";
import { type Cause, defineCause } from "../define.js";
import { kubectl } from "../target.js";
import { word } from "../word.js";
import { brokenSecret, judgeSecretMalformed } from "./judge.js";

const cause: Cause = defineCause({
  id: "secret-malformed",
  title: "pull secret cannot be decoded",
  summary:
    "A pull secret that the pod names is not valid: broken JSON, or an auth field that is not base64 of user:password. One such secret spoils all of the pod's pull secrets.",
  area: "auth",
  stage: "credentials",
  looksLike: [
    { by: "kubelet", text: "illegal base64 data at input byte …" },
    { by: "kubelet", text: "unable to parse auth field, must be formatted as base64(username:password)" },
    { by: "kubelet", text: "invalid character '…' looking for beginning of value" },
    { by: "kubelet", text: "unexpected end of JSON input" },
    { by: "kubelet", text: "json: cannot unmarshal string into Go struct field …" },
    { by: "kubectl", text: 'The Secret "…" is invalid: data[.dockerconfigjson]: Invalid value: …' },
  ],
  toldApart: [
    {
      from: "secret-wrong-type",
      how: "there type or key are others, and the kubelet passes over it without a word",
    },
    { from: "secret-empty", how: "there it can be read and holds nothing to send" },
    { from: "secret-missing", how: "there it does not exist" },
    { from: "credentials-rejected", how: "there it can be read and the registry refuses what is in it" },
  ],
  mend: [
    "look at the shape of what it holds: `kubectl -n <namespace> get secret <name> -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d | jq '.auths | map_values(keys)'`",
    'make it anew: `kubectl -n <namespace> delete secret <name>`, then `kubectl -n <namespace> create secret docker-registry <name> --docker-server=<registry> --docker-username="$REGISTRY_USER" --docker-password="$REGISTRY_PASSWORD"`',
    "when it is written by hand, encode once and without line breaks: `base64 -w 0`; what goes under `stringData` is not encoded at all",
    "the auth field is base64 of `user:password`, in the standard alphabet",
  ],
  prevent: ["let kubectl or External Secrets write pull secrets instead of writing base64 by hand"],
  fixes: ["repair-pull-secret"],
  read: ["https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets"],

  judge: judgeSecretMalformed,

  tell(pull, scene) {
    const broken = brokenSecret(pull, scene);
    if (broken?.trouble === undefined) {
      const refused = /The Secret "([^"]+)" is invalid|Secret "([^"]+)" is invalid/.exec(
        pull.said[0]?.evidence.quote ?? "",
      );
      const name = refused?.[1] ?? refused?.[2];
      return name === undefined
        ? "A pull secret of the pod cannot be decoded; the kubelet does not say which one."
        : `The API server does not take Secret ${name}: its content cannot be decoded.`;
    }
    return `Secret ${broken.name} in ${pull.pod.namespace} cannot be decoded: ${broken.trouble.why}. No registry was asked with any of the pod's pull secrets.`;
  },

  remedies(pull, scene) {
    const broken = brokenSecret(pull, scene);
    return broken === undefined ? [] : [createSecret(pull, { name: broken.name, replaces: true })];
  },

  settle: (pull) =>
    pull.pod.pullSecrets.map(
      (name) =>
        `${kubectl(pull)} get secret ${word(name)} -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d | jq '.auths | map_values(keys)'`,
    ),
});

export default cause;
