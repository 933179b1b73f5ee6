// The parts of Amazon's ECR API that people run while a pull fails: JSON 1.1 over POST, as the aws
// command sends it. Any signed request is believed; what matters is what it answers.

import type { IncomingMessage, ServerResponse } from "node:http";
import { accountId, region } from "./dialects/ecr.js";
import { fillAll, findManifest, type Registry, readBody, repositoryOf } from "./registry.js";
import { manifestBody, type Repository } from "./store.js";

const tokenLifetimeMs = 12 * 3600 * 1000;
const prefix = "AmazonEC2ContainerRegistry_V20150921.";

/** True when the request is one of the API's, whichever host it came to. */
export function isEcrApi(request: IncomingMessage): boolean {
  return String(request.headers["x-amz-target"] ?? "").startsWith(prefix);
}

export async function answerEcrApi(
  registries: readonly Registry[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = (status: number, body: object): void => {
    const bytes = JSON.stringify(body);
    response.writeHead(status, {
      "Content-Type": "application/x-amz-json-1.1",
      "Content-Length": Buffer.byteLength(bytes),
      "x-amzn-RequestId": "00000000-0000-4000-8000-000000000000",
    });
    response.end(bytes);
  };
  const fail = (type: string, message: string): void => reply(400, { __type: type, message });
  const body = await readBody(request);
  const asked = parse(body?.toString("utf8") ?? "");
  const signature = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/ecr\//.exec(
    request.headers.authorization ?? "",
  );
  if (signature === null) return fail("MissingAuthenticationTokenException", "Missing Authentication Token");
  if (asked === undefined) return fail("SerializationException", "could not read the request");
  const wantedRegion = signature[1] ?? "";
  const id = text(asked.registryId) ?? textList(asked.registryIds)[0];
  const registry = registries.find(
    ({ config }) =>
      region(config.host) === wantedRegion && (id === undefined || accountId(config.host) === id),
  );
  if (registry === undefined) {
    return fail("RepositoryNotFoundException", `no registry of this world is in ${wantedRegion}`);
  }
  const { config, store, accounts } = registry;
  const missing = (name: string): void =>
    fail(
      "RepositoryNotFoundException",
      `The repository with name '${name}' does not exist in the registry with id '${accountId(config.host)}'`,
    );

  switch (String(request.headers["x-amz-target"]).slice(prefix.length)) {
    case "GetAuthorizationToken": {
      const { password, endsAt } = accounts.issuePassword("AWS", tokenLifetimeMs);
      const authorizationToken = Buffer.from(`AWS:${password}`).toString("base64");
      const proxyEndpoint = `https://${config.host}`;
      return reply(200, {
        authorizationData: [{ authorizationToken, expiresAt: endsAt / 1000, proxyEndpoint }],
      });
    }
    case "DescribeRepositories": {
      const names = textList(asked.repositoryNames);
      const absent = names.find((name) => !store.repositories.has(name));
      if (absent !== undefined) return missing(absent);
      const all = [...store.repositories.values()].filter(
        (one) => names.length === 0 || names.includes(one.name),
      );
      return reply(200, { repositories: all.map((one) => describeRepository(config.host, one)) });
    }
    case "DescribeImages":
    case "ListImages": {
      const name = text(asked.repositoryName) ?? "";
      const repository = repositoryOf(registry, name);
      if (repository === undefined) return missing(name);
      fillAll(registry, repository);
      const isList = String(request.headers["x-amz-target"]).endsWith("ListImages");
      const ids = list(asked.imageIds);
      const wanted = isList
        ? []
        : ids.map((one) => text(record(one).imageTag) ?? text(record(one).imageDigest) ?? "");
      const absent = wanted.find((reference) => findManifest(registry, repository, reference) === undefined);
      if (absent !== undefined) {
        const which = absent.includes(":") ? `imageDigest:'${absent}'` : `imageTag:'${absent}'`;
        const shown = absent.includes(":")
          ? `{imageDigest:'${absent}', imageTag:'null'}`
          : `{imageDigest:'null', ${which}}`;
        return fail(
          "ImageNotFoundException",
          `The image with imageId ${shown} does not exist within the repository with name '${name}' in the registry with id '${accountId(config.host)}'`,
        );
      }
      if (isList) {
        const imageIds = [...repository.tags].map(([imageTag, imageDigest]) => ({ imageDigest, imageTag }));
        return reply(200, { imageIds });
      }
      const details = describeImages(registry, repository);
      const chosen = details.filter(
        (one) =>
          wanted.length === 0 ||
          wanted.some((reference) => reference === one.imageDigest || one.imageTags.includes(reference)),
      );
      return reply(200, { imageDetails: chosen });
    }
    default:
      return fail("UnknownOperationException", "the simulated ECR does not have this operation");
  }
}

function describeRepository(host: string, repository: Repository): object {
  return {
    repositoryArn: `arn:aws:ecr:${region(host)}:${accountId(host)}:repository/${repository.name}`,
    registryId: accountId(host),
    repositoryName: repository.name,
    repositoryUri: `${host}/${repository.name}`,
    createdAt: 1767225600,
    imageTagMutability: "MUTABLE",
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: "AES256" },
  };
}

function describeImages(registry: Registry, repository: Repository) {
  const digests = new Set(repository.tags.values());
  return [...digests].map((imageDigest) => {
    const item = findManifest(registry, repository, imageDigest);
    const layers = item === undefined ? [] : (manifestBody(item).layers ?? []);
    const size = layers.reduce(
      (sum, layer) => sum + (registry.store.blob(layer.digest ?? "")?.bytes.length ?? 0),
      0,
    );
    return {
      registryId: accountId(registry.config.host),
      repositoryName: repository.name,
      imageDigest,
      imageTags: [...repository.tags].filter(([, digest]) => digest === imageDigest).map(([tag]) => tag),
      imageSizeInBytes: size,
      imagePushedAt: 1767225600,
      imageManifestMediaType: item?.mediaType ?? "",
    };
  });
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    return record(JSON.parse(body === "" ? "{}" : body));
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function textList(value: unknown): string[] {
  return list(value).filter((one): one is string => typeof one === "string");
}
