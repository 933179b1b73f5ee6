// What somebody wants of a checkout of manifests, and what the answer to that is: a plan that can be shown, carried out
// and taken back, or the reason why there is none.

/** The live object, as the cluster names it. */
interface ChangedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Marks of the tools that manage it; they help to choose between places and are never required. */
  readonly managedBy?: readonly {
    readonly tool: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
}

/** Another image for one container of its pod template. */
export interface ImageChange extends ChangedObject {
  readonly is: "image";
  readonly container: string;
  /** The image as the live object writes it. A place that sets another one is not this place. */
  readonly from: string;
  readonly to: string;
}

/** A pull secret for a ServiceAccount, or for the pod template of anything else. */
export interface PullSecretChange extends ChangedObject {
  readonly is: "pull-secret";
  readonly secret: string;
}

export type ManifestChange = ImageChange | PullSecretChange;

export type How = "plain" | "helm-values" | "kustomize";

/** Bytes of a file that become others. */
export interface ManifestEdit {
  /** Below the folder, with `/` between the parts. */
  readonly file: string;
  /** From 1, both; the column counts characters. */
  readonly line: number;
  readonly column: number;
  /** Byte range in the file as it was read; empty for text that is put in. */
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

/** One way to make the change. */
export interface Candidate {
  readonly how: How;
  /** What makes this the place, and what settled it: `values.yaml sets image.tag (helm template)`. */
  readonly why: string;
  readonly edits: readonly ManifestEdit[];
}

export interface ManifestPlan extends Candidate {
  /** The checkout's real path. */
  readonly folder: string;
  /** As `git diff` prints it, when the folder is in a git checkout; else a plain unified diff. */
  readonly diff: string;
  /** What else the reader should know before saying yes: one line each. */
  readonly notes: readonly string[];
  readonly files: readonly PlannedFile[];
}

/** A file before and after: what is written only fits the bytes that were read. */
export interface PlannedFile {
  readonly file: string;
  readonly sha256Before: string;
  readonly sha256After: string;
}

export interface NoManifestPlan {
  /** Why nothing can be edited: one clause. */
  readonly none: string;
  /** What was looked at, and what could not be: one line each. */
  readonly lookedAt: readonly string[];
  /** More than one when it is not clear which is meant; places that almost fit are told in `lookedAt`. */
  readonly candidates: readonly Candidate[];
}

/**
 * What the journal keeps of a change that was made. The edits hold what stood there before, so no copy of a file is
 * needed; the digests make sure that it is put back into nothing else. Plain JSON; holds no secret's value.
 */
export interface ManifestUndo {
  readonly folder: string;
  readonly files: readonly PlannedFile[];
  readonly edits: readonly ManifestEdit[];
}

/** Programs that render charts and overlays offline; absent: not to be found, then text rules decide or decline. */
export interface ManifestTools {
  /** Paths. */
  readonly helm?: string;
  readonly kubectl?: string;
}
