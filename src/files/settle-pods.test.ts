import { describe, expect, test } from "vitest";
import type { Pod } from "../model/objects.js";
import { settlePods } from "./settle-pods.js";
import { rank, type Sight } from "./sight.js";

const now = new Date("2026-11-24T12:00:00Z");
const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 24, 11, minute));

function sight(
  reason: string,
  more: Partial<Sight<Pod>> & { uid?: string; namespace?: string } = {},
): Sight<Pod> {
  const { uid = "u1", namespace = "shop", ...rest } = more;
  const object: Pod = {
    kind: "Pod",
    namespace,
    name: "web",
    uid,
    serviceAccount: "default",
    pullSecrets: [],
    containers: [
      {
        name: "web",
        kind: "container",
        image: "nginx",
        isReady: reason === "",
        restarts: 0,
        imageId: "",
        state: reason === "" ? { is: "running" } : { is: "waiting", reason },
      },
    ],
    imageVolumes: [],
    phase: "Pending",
    conditions: [],
    owners: [],
    labels: {},
    nodeSelector: {},
    managedBy: [],
  };
  return { object, file: "a.json", rank: rank.object, ...rest };
}

const shownBy = (sights: readonly Sight<Pod>[]) => {
  const { pods, earlier, disagreements } = settlePods(sights, now);
  const stateOf = (pod: Pod) => {
    const state = pod.containers[0]?.state;
    return state?.is === "waiting" ? state.reason : state?.is;
  };
  return {
    now: pods.map(({ object }) => stateOf(object)),
    earlier: earlier.map(({ pod, isGone }) => `${stateOf(pod)}${isGone ? " gone" : ""}`),
    disagreements,
  };
};

describe("two documents of one pod", () => {
  const old = sight("ImagePullBackOff", { file: "old.json", version: 9n });
  const fresh = sight("", { file: "new.json", version: 10n });

  test.each([
    ["old first", [old, fresh]],
    ["new first", [fresh, old]],
  ])("the greater resourceVersion counts, and it is said: %s", (_how, sights) => {
    expect(shownBy(sights)).toEqual({
      now: ["running"],
      earlier: ["ImagePullBackOff"],
      disagreements: [
        {
          file: "old.json",
          why: "shows pod shop/web as web waiting: ImagePullBackOff; new.json is newer and shows it as web running, which counts",
        },
      ],
    });
  });

  test("without versions the time decides", () => {
    const sights = [sight("", { file: "b", at: at(5) }), sight("ErrImagePull", { file: "a", at: at(9) })];
    expect(shownBy(sights).now).toEqual(["ErrImagePull"]);
  });

  test("reasons between which a failing pull alternates are no disagreement", () => {
    const sights = [
      sight("ErrImagePull", { file: "a", version: 1n }),
      sight("ImagePullBackOff", { file: "b", version: 2n }),
    ];
    expect(shownBy(sights).disagreements).toEqual([]);
  });

  test("a table says less than an object, however new", () => {
    const sights = [
      sight("ErrImagePull", { version: 1n }),
      sight("", { file: "t.txt", rank: rank.table, at: at(59) }),
    ];
    expect(shownBy(sights)).toMatchObject({ now: ["ErrImagePull"], disagreements: [] });
  });

  test("a description that disagrees with an object is told as what shows less", () => {
    const sights = [sight("ErrImagePull", {}), sight("", { file: "d.txt", rank: rank.description })];
    expect(shownBy(sights).disagreements[0]?.why).toMatch(/a\.json shows more and shows it as web waiting/);
  });
});

describe("a watch", () => {
  test("older sights are history and no disagreement", () => {
    const sights = [1, 2, 3].map((minute) =>
      sight(minute === 3 ? "" : "ErrImagePull", { at: at(minute), version: BigInt(minute), isOfWatch: true }),
    );
    expect(shownBy(sights)).toEqual({
      now: ["running"],
      earlier: ["ErrImagePull", "ErrImagePull"],
      disagreements: [],
    });
  });

  test("a pod that was deleted is only history", () => {
    const sights = [
      sight("ErrImagePull", { version: 1n }),
      sight("ErrImagePull", { version: 2n, isGone: true }),
    ];
    expect(shownBy(sights)).toMatchObject({ now: [], earlier: ["ErrImagePull", "ErrImagePull gone"] });
  });

  test("a pod of the same name with another uid has taken the place", () => {
    const sights = [sight("ErrImagePull", { version: 1n }), sight("", { version: 2n, uid: "u2" })];
    expect(shownBy(sights)).toMatchObject({ now: ["running"], earlier: ["ErrImagePull gone"] });
  });
});

test("a table without a namespace goes to the only pod of that name, and else stands alone", () => {
  const table = sight("", { rank: rank.table, namespace: "" });
  expect(settlePods([sight("ErrImagePull"), table], now).pods).toHaveLength(1);
  expect(settlePods([sight("A"), sight("B", { namespace: "acme" }), table], now).pods).toHaveLength(3);
});
