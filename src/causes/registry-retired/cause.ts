// The owner shut the registry or the repository down, or moved it; dated facts say which ones.

import type { Evidence } from "../../model/evidence.js";
import type { Pull } from "../../model/pull.js";
import { setImage, tellTeam } from "../commands.js";
import { type Cause, confirmed, defineCause, likely, type Scene, unknown } from "../define.js";
import { isDenied } from "../denied.js";
import { saidCause } from "../said.js";
import { registryOf } from "../seen.js";
import { movedName, moveOf } from "./move-of.js";
import type { Move } from "./moves.js";

/** Answers that a registry gives for what is no longer there. */
const isAbsent = (pull: Pull): boolean =>
  ["tag-not-found", "repository-not-found", "digest-not-found", "registry-retired"].includes(
    pull.reading.cause,
  ) || isDenied(pull);

function found(pull: Pull, scene: Scene): Move | undefined {
  if (pull.reference === undefined || !isAbsent(pull)) return undefined;
  const move = moveOf(pull.reference, pull.lastFailureAt ?? scene.now);
  // Where the very repository is pulled from, it is there: then something else is wrong.
  if (move?.left === "frozen" && isUsed(pull, scene)) return undefined;
  return move;
}

const isUsed = ({ reference }: Pull, scene: Scene): boolean =>
  scene.working.some(
    ({ pull: { reference: other }, at }) =>
      at !== undefined &&
      other?.registry === reference?.registry &&
      other?.repository === reference?.repository,
  );

const rule = (move: Move): Evidence => ({
  source: "rule",
  where: move.from,
  shows: move.fact,
  from: `pulldoctor's list of moves, ${move.checkedAt}: ${move.sources[0]}`,
});

const cause: Cause = defineCause({
  id: "registry-retired",
  title: "registry or repository was shut down or moved",
  summary:
    "Its owner no longer serves the image under this name. The same image may live on under another one.",
  area: "reference",
  stage: "manifest",
  parent: (pull) => {
    const said = saidCause(pull);
    return said === "registry-retired" ? undefined : said;
  },
  looksLike: [
    {
      by: "registry",
      text: "Container Registry is deprecated and shutting down, please use the auto migration tool to migrate to Artifact Registry",
    },
    {
      by: "docker",
      text: 'error parsing HTTP 412 response body: … "Container Registry is deprecated and shutting down…"',
    },
    { by: "containerd", text: 'failed to resolve reference "docker.io/bitnami/…": …: not found' },
  ],
  toldApart: [
    { from: "tag-not-found", how: "there the repository goes on and lacks this one tag" },
    { from: "manifest-unsupported", how: "there the image is served in a format that is no longer taken" },
    { from: "access-denied", how: "there the image is there for others" },
  ],
  mend: [
    "use the name under which the image lives now; `pulldoctor diagnose` names it where its list has one",
    "where no public copy is left, push one that a node or a laptop still has to your own registry: `docker tag <old> <new>`, `docker push <new>`",
    "search every manifest and chart for the old name: `kubectl get pods -A -o jsonpath='{..image}' | tr ' ' '\\n' | sort -u`",
  ],
  prevent: [
    "keep copies of outside images in a registry of your own",
    "read the announcements of registries that you use, and the release notes of charts that bring their own images",
  ],
  fixes: ["move-registry", "use-mirror", "tell"],
  read: [
    "https://kubernetes.io/blog/2023/03/10/image-registry-redirect/",
    "https://docs.cloud.google.com/artifact-registry/docs/transition/prepare-gcr-shutdown",
    "https://github.com/bitnami/charts/issues/35164",
  ],

  judge(pull, scene) {
    const move = found(pull, scene);
    if (move === undefined) return undefined;
    if (move.confidence !== "high") return unknown(move.fact);
    // A refusal does not say that anything is gone; an absence of what was removed does.
    const isSaid = pull.reading.cause === "registry-retired";
    if (isSaid || (move.left === "gone" && !isDenied(pull))) return confirmed(rule(move));
    return likely(`whether ${registryOf(pull)} ever had ${pull.image}`, rule(move));
  },

  tell(pull, scene) {
    const move = found(pull, scene);
    if (move === undefined || pull.reference === undefined)
      return `${registryOf(pull)} says that it was shut down. The image has to come from elsewhere.`;
    const now = movedName(pull.reference, move);
    return `${pull.image} is asked for under a name that its owner gave up: ${move.fact}.${now === undefined ? "" : ` Its name now would be ${now}.`}`;
  },

  remedies(pull, scene) {
    const move = found(pull, scene);
    if (move === undefined || pull.reference === undefined)
      return [
        tellTeam(
          pull,
          `find where ${pull.image || "the image"} lives now, or keep a copy in a registry of your own`,
        ),
      ];
    const now = movedName(pull.reference, move);
    if (now === undefined) return [tellTeam(pull, move.advice ?? move.fact)];
    return [{ ...setImage(pull, now), fix: "move-registry" }];
  },

  settle(pull, scene) {
    const move = found(pull, scene);
    const now =
      move === undefined || pull.reference === undefined ? undefined : movedName(pull.reference, move);
    return now === undefined ? [] : [`docker manifest inspect ${now}`];
  },
});

export default cause;
