// How a pull secret is filled for a registry: kubectl's options, without any value in them.

import type { Pull } from "../model/pull.js";
import { registryFamily } from "../model/registry-family.js";
import { word } from "./word.js";

export interface Login {
  readonly server: string;
  /** kubectl's options; a password is never in them, only where it is read from. */
  readonly options: string;
  readonly says: string;
}

export function loginOf(pull: Pull): Login {
  const host = pull.reference?.registry ?? pull.reading.registry ?? "<registry>";
  const server = host === "docker.io" ? "https://index.docker.io/v1/" : host;
  const region =
    registryFamily(host) === "ecr" ? /\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\./.exec(host)?.[1] : undefined;
  if (region !== undefined) {
    return {
      server,
      options: `--docker-server=${word(server)} --docker-username=AWS --docker-password="$(aws ecr get-login-password --region ${region})"`,
      says: "an ECR password lives 12 hours",
    };
  }
  return {
    server,
    options: `--docker-server=${word(server)} --docker-username="$REGISTRY_USER" --docker-password="$REGISTRY_PASSWORD"`,
    says: "user and password are read from the environment: REGISTRY_USER, REGISTRY_PASSWORD",
  };
}
