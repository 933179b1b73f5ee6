// Objects written out in YAML or JSON, as `kubectl apply -f` takes them.

import type { ImageChange, ManifestChange, PullSecretChange } from "./change.js";
import { isSameImage } from "./image-text.js";
import { entryEdit } from "./insert.js";
import { containersIn, type FoundObject, objectsIn, secretNames, secretsHolder } from "./objects.js";
import { type BrokenPart, lineAt, partsOf } from "./parts.js";
import { type Proposal, placeOf, type Search } from "./proposal.js";
import { scalarEdit, type TextEdit } from "./scalar-edit.js";
import { folderOfPath, type ManifestFile } from "./tree.js";

export function plainPlaces(files: readonly ManifestFile[], change: ManifestChange): Search {
  const lookedAt: string[] = [];
  const found: { readonly proposal: Proposal; readonly isExact: boolean }[] = [];
  const words = [change.kind, change.name, ...(change.is === "image" ? [change.container] : [])];
  for (const file of files) {
    const { parts, broken } = partsOf(file, words);
    lookedAt.push(...broken.map((one) => brokenWords(file, one)));
    for (const object of parts.flatMap(objectsIn)) {
      const { kind, name, namespace } = object;
      const isMeant =
        kind === change.kind && name === change.name && (namespace ?? change.namespace) === change.namespace;
      if (!isMeant) continue;
      const answer = change.is === "image" ? imageEdits(object, change) : secretEdits(object, change);
      lookedAt.push(...answer.lookedAt);
      found.push(
        ...answer.edits.map((edit) => ({
          isExact: namespace !== undefined,
          proposal: {
            how: "plain" as const,
            why: `${placeOf(edit)} is in ${kind} ${name}${namespace === undefined ? ", which names no namespace" : ` of namespace ${namespace}`}`,
            edits: [edit],
            notes: [],
            folders: [folderOfPath(file.path)],
          },
        })),
      );
    }
  }
  // An object that names its namespace is meant before one that takes it from whoever applies it.
  const exact = found.filter(({ isExact }) => isExact);
  return { proposals: (exact.length > 0 ? exact : found).map(({ proposal }) => proposal), lookedAt };
}

const brokenWords = (file: ManifestFile, { line, why }: BrokenPart): string =>
  `${file.path}:${line} is ${why}`;

interface Edits {
  readonly edits: readonly TextEdit[];
  readonly lookedAt: readonly string[];
}

/** The image of the container, where it is the one that the live object has. */
function imageEdits(object: FoundObject, change: Pick<ImageChange, "container" | "from" | "to">): Edits {
  const edits: TextEdit[] = [];
  const lookedAt: string[] = [];
  for (const { name, image, field, shared } of containersIn(object)) {
    if (name !== change.container || image === undefined) continue;
    const place = `${object.part.file.path}:${lineAt(object.part, field?.key ?? object.map)}`;
    if (!isSameImage(image, change.from)) {
      lookedAt.push(
        `${place} sets ${image}, not ${change.from}: the live object has been changed, or it is another place`,
      );
    } else if (field === undefined || shared !== undefined) {
      lookedAt.push(`${place} is not edited: ${shared ?? "no field of its own sets the image"}`);
    } else {
      const edit = scalarEdit(field, change.to);
      if ("why" in edit) lookedAt.push(`${place} is not edited: ${edit.why}`);
      else edits.push(edit);
    }
  }
  return { edits, lookedAt };
}

/** The secret in the list of the object's pull secrets. */
export function secretEdits(object: FoundObject, { secret }: Pick<PullSecretChange, "secret">): Edits {
  const { part } = object;
  const place = `${part.file.path}:${lineAt(part, object.map)}`;
  const holder = secretsHolder(object);
  if (holder === undefined) return { edits: [], lookedAt: [`${place} has no pod template that is known`] };
  if (secretNames(part, holder.map).includes(secret)) {
    return { edits: [], lookedAt: [`${place} names secret ${secret} already: it has not been applied`] };
  }
  const edit = entryEdit(part, holder.map, "imagePullSecrets", [["name", secret]], holder.parent);
  return "why" in edit
    ? { edits: [], lookedAt: [`${place} is not edited: ${edit.why}`] }
    : { edits: [edit], lookedAt: [] };
}
