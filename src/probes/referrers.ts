// What is attached to an image: signatures, SBOMs, attestations. Facts to show; nothing is verified.

import { getManifest, listReferrers } from "../registry/client.js";
import type { Descriptor } from "../registry/media.js";
import type { Session } from "../registry/session.js";

export interface Referrers {
  /** `signature`, `SBOM`, `attestation` or the artifact type as it is written, each with its number. */
  readonly found: readonly { readonly kind: string; readonly count: number }[];
  /** How it was learnt. `tags`: by the tag that clients of older registries keep; it holds what they wrote. */
  readonly by: "referrers" | "tags";
}

/** Undefined: the registry does not tell. Two questions at most, three where only tags tell. */
export async function askReferrers(
  session: Session,
  repository: string,
  digest: string,
): Promise<Referrers | undefined> {
  const got = await listReferrers(session, repository, digest);
  if (got.ok) return { by: "referrers", found: counted(got.value) };
  if (got.failure.status !== 404 && got.failure.status !== 405) return undefined;
  const tag = digest.replace(":", "-");
  const index = await getManifest(session, repository, tag);
  const signed = await getManifest(session, repository, `${tag}.sig`);
  const attached = index.ok ? index.value.manifest.manifests : [];
  if (!index.ok && !signed.ok && index.failure.status !== 404) return undefined;
  const kinds = counted(attached);
  return { by: "tags", found: signed.ok ? [...kinds, { kind: "signature", count: 1 }] : kinds };
}

function counted(descriptors: readonly Descriptor[]): Referrers["found"] {
  const counts = new Map<string, number>();
  for (const { artifactType, mediaType } of descriptors) {
    const kind = kindOf(artifactType ?? mediaType);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => ({ kind, count }));
}

function kindOf(type: string): string {
  if (/cosign|notary|signature|sigstore.bundle/i.test(type)) return "signature";
  if (/spdx|cyclonedx|sbom|syft/i.test(type)) return "SBOM";
  return /in-toto|attestation|provenance|dsse/i.test(type) ? "attestation" : type || "artifact";
}
