// Media types of what a registry holds, and the parts of manifests that decide a pull.

/** In the order that containerd asks for them; without the index types a registry may answer 404. */
export const acceptManifests = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "*/*",
].join(", ");

export type ManifestKind = "index" | "image" | "schema1" | "other";

const kinds: Readonly<Record<string, ManifestKind>> = {
  "application/vnd.oci.image.index.v1+json": "index",
  "application/vnd.docker.distribution.manifest.list.v2+json": "index",
  "application/vnd.oci.image.manifest.v1+json": "image",
  "application/vnd.docker.distribution.manifest.v2+json": "image",
  "application/vnd.docker.distribution.manifest.v1+json": "schema1",
  "application/vnd.docker.distribution.manifest.v1+prettyjws": "schema1",
};

export const kindOf = (mediaType: string): ManifestKind =>
  kinds[mediaType.split(";")[0]?.trim().toLowerCase() ?? ""] ?? "other";

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly osVersion?: string;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly platform?: Platform;
  /** Of an entry in a list of referrers. */
  readonly artifactType?: string;
  /** `attestation-manifest` and the like: not an image to run. */
  readonly isAttestation: boolean;
}

export interface Manifest {
  readonly kind: ManifestKind;
  readonly mediaType: string;
  /** Of an index. */
  readonly manifests: readonly Descriptor[];
  /** Of an image. */
  readonly config?: Descriptor;
  readonly layers: readonly Descriptor[];
  /** What an artifact says it is. */
  readonly artifactType?: string;
}

const maxDescriptors = 1_000;
const digestShape = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,128}$/;

/** Reads a manifest's JSON; undefined when it is none. `declared` is the answer's Content-Type. */
export function readManifest(body: Buffer, declared: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const mediaType = typeof value.mediaType === "string" ? value.mediaType : declared;
  const kind = value.schemaVersion === 1 ? "schema1" : kindByShape(kindOf(mediaType), value);
  const config = isRecord(value.config) ? descriptorOf(value.config) : undefined;
  return {
    kind,
    mediaType,
    manifests: descriptors(value.manifests),
    layers: descriptors(value.layers),
    ...(config === undefined ? {} : { config }),
    ...(typeof value.artifactType === "string" ? { artifactType: value.artifactType.slice(0, 200) } : {}),
  };
}

/** OCI lets the media type be left out; the fields tell then. */
function kindByShape(kind: ManifestKind, value: Readonly<Record<string, unknown>>): ManifestKind {
  if (kind !== "other") return kind;
  if (Array.isArray(value.manifests)) return "index";
  return isRecord(value.config) && Array.isArray(value.layers) ? "image" : "other";
}

function descriptors(value: unknown): readonly Descriptor[] {
  return Array.isArray(value)
    ? value
        .slice(0, maxDescriptors)
        .filter(isRecord)
        .flatMap((one) => descriptorOf(one) ?? [])
    : [];
}

function descriptorOf(value: Readonly<Record<string, unknown>>): Descriptor | undefined {
  const { mediaType, digest, size, platform, annotations, artifactType } = value;
  if (typeof digest !== "string" || !digestShape.test(digest)) return undefined;
  const read = isRecord(platform) ? readPlatform(platform) : undefined;
  const isAttestation =
    (read?.os === "unknown" && read.architecture === "unknown") ||
    (isRecord(annotations) && annotations["vnd.docker.reference.type"] === "attestation-manifest");
  return {
    mediaType: typeof mediaType === "string" ? mediaType.slice(0, 200) : "",
    digest,
    sizeBytes: typeof size === "number" && size >= 0 ? size : 0,
    isAttestation,
    ...(read === undefined ? {} : { platform: read }),
    ...(typeof artifactType === "string" && artifactType !== ""
      ? { artifactType: artifactType.slice(0, 200) }
      : {}),
  };
}

/** The platform of a descriptor or of an image's config. */
export function readPlatform(value: Readonly<Record<string, unknown>>): Platform | undefined {
  const { os, architecture, variant } = value;
  if (typeof os !== "string" || typeof architecture !== "string") return undefined;
  const version = value["os.version"];
  return {
    os: os.slice(0, 40),
    architecture: architecture.slice(0, 40),
    ...(typeof variant === "string" && variant !== "" ? { variant: variant.slice(0, 40) } : {}),
    ...(typeof version === "string" && version !== "" ? { osVersion: version.slice(0, 40) } : {}),
  };
}

export const platformText = ({ os, architecture, variant }: Platform): string =>
  [os, architecture, ...(variant === undefined ? [] : [variant])].join("/");

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
