// What each service says to strangers, wrong logins, logins without rights, and about what is not there, as the
// pull semantics reference has it.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OpenRegistries } from "../../../../test/sim/ask.js";
import {
  ecrHost,
  garHost,
  good,
  old,
  openServices,
  other,
  way,
  wrong,
} from "../../../../test/sim/services.js";

let world: OpenRegistries;
beforeAll(async () => {
  world = await openServices();
});
afterAll(() => world.close());

/** Which repository as whom; then the statuses, the last challenge, and words of the last body. */
type Row = readonly [
  repository: string,
  login: readonly [string, string] | undefined,
  statuses: readonly number[],
  asks: string,
  words: string,
];

const services: readonly { readonly host: string; readonly rows: readonly Row[] }[] = [
  {
    host: "docker.io",
    rows: [
      ["own", undefined, [401, 200, 401], "Bearer insufficient_scope", "authentication required"],
      ["none", undefined, [401, 200, 401], "Bearer insufficient_scope", "authentication required"],
      ["own", other, [401, 200, 401], "Bearer insufficient_scope", "authentication required"],
      ["own", wrong, [401, 401], "", "incorrect username or password"],
      ["own", old, [401, 401], "", "personal access token is expired"],
      ["own", good, [401, 200, 200], "", "schemaVersion"],
      ["open", undefined, [401, 200, 200], "", "schemaVersion"],
    ],
  },
  {
    host: "ghcr.io",
    rows: [
      ["own", undefined, [401, 401], "", "authentication required"],
      ["none", undefined, [401, 401], "", "authentication required"],
      ["own", wrong, [401, 403], "", '"message":"denied"'],
      ["own", other, [401, 200, 403], "", "permission_denied: read_package"],
      ["none", other, [401, 200, 404], "", "NAME_UNKNOWN"],
      ["own", good, [401, 200, 200], "", "schemaVersion"],
    ],
  },
  {
    host: ecrHost,
    rows: [
      ["own", undefined, [401], "Basic", "Your Authorization Token is invalid."],
      ["own", old, [401, 403], "", "Your authorization token has expired. Reauthenticate and try again."],
      [
        "none",
        ["AWS", "right"],
        [401, 404],
        "",
        "The repository with name 'acme/none' does not exist in the registry with id '123456789012'",
      ],
      [
        "own",
        other,
        [401, 403],
        "",
        `is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:123456789012:repository/acme/own`,
      ],
      ["open", ["AWS", "right"], [401, 200], "", "schemaVersion"],
    ],
  },
  {
    host: "public.ecr.aws",
    rows: [
      [
        "none",
        undefined,
        [401, 200, 404],
        "",
        "The repository with name 'none' does not exist in the registry with id 'acme'",
      ],
      ["open", old, [401, 400], "", "Your authorization token has expired"],
      ["open", undefined, [401, 200, 200], "", "schemaVersion"],
    ],
  },
  {
    host: "acme.azurecr.io",
    rows: [
      ["own", undefined, [401, 401], "", "visit https://aka.ms/acr/authorization for more information."],
      ["none", undefined, [401, 401], "", "visit https://aka.ms/acr/authorization for more information."],
      ["own", wrong, [401, 401], "", "UNAUTHORIZED"],
      ["none", good, [401, 200, 404], "", "NAME_UNKNOWN"],
      ["own", good, [401, 200, 200], "", "schemaVersion"],
    ],
  },
  {
    host: "quay.io",
    rows: [
      ["own", undefined, [401, 200, 401], "Bearer", "access to the requested resource is not authorized"],
      ["none", undefined, [401, 200, 401], "Bearer", "access to the requested resource is not authorized"],
      ["own", wrong, [401, 401], "", "Could not find robot with specified username"],
      ["own", good, [401, 200, 200], "", "schemaVersion"],
    ],
  },
  {
    host: "registry.gitlab.com",
    rows: [
      ["own", undefined, [401, 200, 401], "Bearer insufficient_scope", "authentication required"],
      ["own", wrong, [401, 401], "", "HTTP Basic: Access denied"],
      ["own", other, [401, 403], "", "access forbidden"],
      ["none", other, [401, 403], "", "access forbidden"],
      ["own", good, [401, 200, 200], "", "schemaVersion"],
    ],
  },
  {
    host: "harbor.example",
    rows: [
      [
        "own",
        undefined,
        [401, 200, 401],
        "Bearer",
        "unauthorized to access repository: acme/own, action: pull: unauthorized to access repository: acme/own, action: pull",
      ],
      [
        "none",
        undefined,
        [401, 200, 401],
        "Bearer",
        "unauthorized to access repository: acme/none, action: pull",
      ],
      ["own", wrong, [401, 401], "", "unauthorized"],
      ["own", good, [401, 200, 200], "", "schemaVersion"],
    ],
  },
  {
    host: "nexus.example",
    rows: [
      ["open", undefined, [401], "Basic", "access to the requested resource is not authorized"],
      ["open", wrong, [401, 401], "Basic", "UNAUTHORIZED"],
      ["open", good, [401, 200], "", "schemaVersion"],
    ],
  },
  {
    host: "jfrog.example",
    rows: [
      ["own", other, [401, 200, 401], "Bearer", "The client does not have permission for manifest"],
      ["none", other, [401, 200, 404], "", "The named manifest is not known to the registry."],
      ["own", wrong, [401, 401], "", "UNAUTHORIZED"],
      ["own", good, [401, 200, 200], "", "schemaVersion"],
    ],
  },
  {
    host: "htpasswd.example",
    rows: [
      ["open", undefined, [401], "Basic", "authentication required"],
      ["open", wrong, [401, 401], "Basic", "authentication required"],
      ["none", good, [401, 404], "", "MANIFEST_UNKNOWN"],
      ["open", good, [401, 200], "", "schemaVersion"],
    ],
  },
  {
    host: "token.example",
    rows: [
      ["own", other, [401, 200, 401], "Bearer insufficient_scope", "authentication required"],
      ["own", wrong, [401, 401], "", "authentication required"],
      ["own", good, [401, 200, 200], "", "schemaVersion"],
    ],
  },
  {
    host: "plain.example",
    rows: [
      ["none", undefined, [404], "", "MANIFEST_UNKNOWN"],
      ["open", undefined, [200], "", "schemaVersion"],
    ],
  },
];

describe.each(services)("$host", ({ host, rows }) => {
  test.each(rows)("acme/%s as %j: %j %s", async (repository, login, statuses, asks, words) => {
    const went = await way(world, host, `acme/${repository}`, "v1", login);
    expect([went.statuses, went.asks]).toEqual([statuses, asks]);
    expect(went.text).toContain(words);
  });
});

describe("Artifact Registry", () => {
  test.each([
    [
      "proj/repo/own",
      undefined,
      [401, 403],
      'Unauthenticated requests do not have permission \\"artifactregistry.repositories.downloadArtifacts\\" on resource \\"projects/proj/locations/europe-west1/repositories/repo\\" (or it may not exist)',
    ],
    [
      "proj/repo/own",
      other,
      [401, 403],
      'Permission \\"artifactregistry.repositories.downloadArtifacts\\" denied on resource',
    ],
    ["proj/repo/own", wrong, [401, 401], "Not Authorized."],
    ["proj/repo/own", good, [401, 200, 200], "schemaVersion"],
  ] as const)("%s as %j: %j", async (repository, login, statuses, words) => {
    const went = await way(world, garHost, repository, "v1", login);
    expect(went.statuses).toEqual(statuses);
    expect(went.text).toContain(words);
  });
});
