// Commands that ask the registry itself what it has, in the words of its vendor where it has some.

import type { Pull } from "../model/pull.js";
import { registryFamily } from "../model/registry-family.js";
import { word } from "./word.js";

/** Does this very image exist? Asked with the credentials of whoever runs it. */
export function askForImage(pull: Pull): readonly string[] {
  const { reference } = pull;
  if (reference === undefined) return [];
  const { registry, repository } = reference;
  const ecr = ecrHost(registry);
  if (ecr !== undefined) {
    const id =
      reference.digest === undefined
        ? `imageTag=${reference.tag ?? "latest"}`
        : `imageDigest=${reference.digest}`;
    return [`aws ecr describe-images ${ecr} --repository-name ${word(repository)} --image-ids ${word(id)}`];
  }
  return [`docker manifest inspect ${word(pull.image)}`];
}

/** Which tags does the repository have? [] for registries without a listing command. */
export function askForTags(pull: Pull): readonly string[] {
  const { reference } = pull;
  if (reference === undefined) return [];
  const { registry, repository } = reference;
  const whole = word(`${registry}/${repository}`);
  const ecr = ecrHost(registry);
  if (ecr !== undefined) return [`aws ecr list-images ${ecr} --repository-name ${word(repository)}`];
  switch (registryFamily(registry)) {
    case "google":
      return [
        registry.endsWith(".pkg.dev")
          ? `gcloud artifacts docker tags list ${whole}`
          : `gcloud container images list-tags ${whole}`,
      ];
    case "acr":
      return [
        `az acr repository show-tags --name ${word(registry.split(".")[0] ?? registry)} --repository ${word(repository)}`,
      ];
    default:
      return [`skopeo list-tags docker://${whole}`];
  }
}

/** Is there a repository of this name? */
export function askForRepository(pull: Pull): readonly string[] {
  const { reference } = pull;
  if (reference === undefined) return [];
  const ecr = ecrHost(reference.registry);
  if (ecr !== undefined)
    return [`aws ecr describe-repositories ${ecr} --repository-names ${word(reference.repository)}`];
  return askForTags(pull);
}

/** The account and region that an ECR host name carries, as options of `aws`. */
function ecrHost(registry: string): string | undefined {
  const found = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\./.exec(registry);
  return found === null ? undefined : `--registry-id ${found[1]} --region ${found[2]}`;
}
