import { describe, expect, test } from "vitest";
import { askedFinding, openFinding, reportOf, tagFinding } from "../../test/sample-report.js";
import type { Finding } from "../model/report.js";
import { lookFor } from "./signs.js";
import { renderText } from "./text.js";

const drawn = lookFor({ env: { LANG: "C.UTF-8" }, isTerminal: false }, "never", "kubectl pulldoctor");
const options = { ask: "kubectl pulldoctor diagnose", isNarrow: false };

describe("one finding", () => {
  test("is told from the workload to the command that verifies the fix", () => {
    expect(renderText(reportOf([tagFinding]), drawn, options)).toBe(`\
shop/checkout · 3 of 3 pods cannot pull · no pod of it runs · for 12m

✗ tag does not exist                                               tag-not-found
  registry.example.com/shop/checkout:v2.4.l

  The registry answers, and has no tag v2.4.l in shop/checkout.

  evidence     from the API server of prod-eu
  1 event      pod/checkout-6f7c9-2xk4p                   14 times, last 40s ago
    │ Failed to pull image "registry.example.com/shop/checkout:v2.4.l":
    │ registry.example.com/shop/checkout:v2.4.l: not found
    → containerd asked for the manifest; the registry had none

  scope        this image: 4 other images of registry.example.com run
  last good    registry.example.com/shop/checkout:v2.4.0, revision 40
  managed by   Helm release checkout in shop
  ruled out    credentials-missing: the registry let the node in
  not checked  whether another tag was meant
  next try     in 40s (14:07:20 UTC), then every 5m; the wait has reached its
               ceiling
  at once      by making the pod anew
    kubectl -n shop delete pod checkout-6f7c9-2xk4p

  fix          use the image that ran before · restarts the pods
    kubectl -n shop set image deploy/checkout app=registry.example.com/shop/checkout:v2.4.0 # a line that is longer than a screen is wide

  verify
    kubectl -n shop rollout status deploy/checkout --timeout=2m

1 cause, 3 pods · 6 questions · kubectl pulldoctor explain tag-not-found
`);
  });

  test("says in words what is only likely, and what is over", () => {
    const registries = { from: "this machine", requests: 4, left: 1 };
    const asked = renderText(reportOf([askedFinding], { registries }), drawn, options);
    expect(asked).toContain(`
  2 registry   HEAD /v2/shop/checkout/manifests/v2.4.l                       404
    → registry.example.com has no such tag, asked as robot$ci (secret regcred)
      (from this machine)
`);
    expect(asked).toContain("6 questions, 4 to registries, 1 left out");
    const likely = renderText(reportOf([{ ...tagFinding, verdict: "likely" }]), drawn, options);
    expect(likely).toContain("✗ likely: tag does not exist");
    const endedAt = new Date("2026-11-21T14:04:40Z");
    const over = renderText(reportOf([{ ...tagFinding, endedAt }]), drawn, options);
    expect(over).toContain("✓ over: tag does not exist");
    expect(over).toContain("3 of 3 pods could not pull");
    expect(over).toContain("ended 2m ago");
    expect(over).toContain("nothing is wrong now, 1 over");
  });

  test("that stays open names the causes that remain and what would settle it", () => {
    const text = renderText(reportOf([openFinding]), drawn, options);
    expect(text).toContain("acme/api-0 · cannot pull · for 12m");
    expect(text).toContain("? two causes remain");
    expect(text).toContain("    credentials-missing   no pull secret reaches this pod\n");
    expect(text).toContain("  to settle it\n    kubectl pulldoctor diagnose pod/api-0 -n acme\n");
    expect(text).toContain("nothing confirmed, 2 causes open");
  });

  test("of a live cluster names our command that mends it, before the plain ones", () => {
    const live = { ...options, mend: "kubectl pulldoctor fix --context prod" };
    const told = (findings: readonly Finding[]): string => renderText(reportOf(findings), drawn, live);
    expect(told([tagFinding])).toContain(
      "restarts the pods\n    kubectl pulldoctor fix --context prod deploy/checkout -n shop\n    kubectl -n shop set image",
    );
    const workloads = ["shop", "data"].map((namespace) => ({ ...tagFinding.workloads[0], namespace }));
    expect(told([{ ...tagFinding, workloads } as Finding])).toContain(
      `\n    kubectl pulldoctor fix --context prod ${tagFinding.id} -A\n`,
    );
    // What somebody else has to do, and what needs a value of the reader's, it cannot do by itself.
    const [remedy] = tagFinding.remedies;
    if (remedy === undefined) throw new Error("the sample has a remedy");
    for (const other of [
      { ...remedy, fix: "tell" },
      { ...remedy, with: { image: "<image>" } },
    ]) {
      expect(told([{ ...tagFinding, remedies: [other] }])).not.toContain("pulldoctor fix");
    }
    expect(renderText(reportOf([tagFinding]), drawn, options)).not.toContain("pulldoctor fix");
  });

  test("that waits for its image is not called a failure", () => {
    const pods = tagFinding.pods.map((pod) => ({ ...pod, reason: "ContainerCreating" }));
    expect(renderText(reportOf([{ ...tagFinding, pods }]), drawn, options)).toContain(
      "3 of 3 pods wait for their image",
    );
  });
});

describe("many findings", () => {
  const workload = (name: string) => ({ kind: "Deployment", namespace: "data", name, pods: 1, podsSeen: 1 });
  const many: readonly Finding[] = [
    { ...tagFinding, workloads: ["etl", "report", "backup"].map(workload), images: ["a:1", "b:2"] },
    tagFinding,
    openFinding,
  ];

  test("are grouped by reason, with one in detail as the next command", () => {
    const text = renderText(reportOf(many), drawn, options);
    expect(text).toBe(`\
✗ tag does not exist                                 tag-not-found  3 workloads
    data/etl  data/report  data/backup
    3 images
    for 12m · this image: 4 other images of registry.example.com run
    → use the image that ran before
✗ tag does not exist                                 tag-not-found  1 workload
    shop/checkout
    registry.example.com/shop/checkout:v2.4.l
    for 12m · this image: 4 other images of registry.example.com run
    → use the image that ran before
? two causes remain                                        unknown  1 workload
    acme/api-0
    registry.example.com/shop/checkout:v2.4.l
    for 12m · this image: 4 other images of registry.example.com run

3 reasons stop 5 of 112 workloads · 6 questions
one in detail: kubectl pulldoctor diagnose deploy/etl -n data
`);
  });

  test("of a table without a namespace name none, and the next command is whole", () => {
    const bare = many.map((finding) => ({
      ...finding,
      workloads: finding.workloads.map((one) => ({ ...one, namespace: "" })),
    }));
    const text = renderText(reportOf(bare), drawn, options);
    expect(text).toContain("\n    etl  report  backup\n");
    expect(text).toContain("\none in detail: kubectl pulldoctor diagnose deploy/etl\n");
  });

  test("are shown in detail when single workloads were asked for", () => {
    const text = renderText(reportOf(many), drawn, { ...options, isNarrow: true });
    expect(text.match(/ {2}evidence/g)).toHaveLength(3);
  });

  test("name how many workloads do not fit", () => {
    const names = Array.from({ length: 60 }, (_, index) => workload(`service-number-${index}`));
    const text = renderText(
      reportOf([{ ...tagFinding, workloads: names }, tagFinding, openFinding]),
      drawn,
      options,
    );
    const listed = text.match(/service-number-\d+/g)?.length ?? 0;
    const left = Number(/and (\d+) more/.exec(text)?.[1]);
    expect(listed + left).toBe(60 + 1); // one more in the hint
  });
});

describe("nothing found", () => {
  test("is good news only when everything could be read", () => {
    expect(renderText(reportOf([]), drawn, options)).toBe(
      "✓ no image pull fails\n\n240 pods looked at · 6 questions\n",
    );
    const notRead = [{ what: "pods in shop", why: "403 Forbidden" }];
    const partly = renderText(reportOf([], { complete: false, notRead }), drawn, options);
    expect(partly).toContain("? no failing pull was seen, and not everything could be read");
    expect(partly).toContain("not read\n  ! pods in shop: 403 Forbidden\n");
  });
});

describe("the terminal", () => {
  test("gets plain signs when the locale is not UTF-8", () => {
    const plain = lookFor({ env: { LANG: "C" }, isTerminal: false }, "auto", "pulldoctor");
    const text = renderText(reportOf([tagFinding]), plain, options);
    expect(text).toContain("x tag does not exist");
    expect(text).toContain("    | Failed to pull image");
    expect(text).toContain("    => containerd asked");
    expect([...text].every((character) => character.charCodeAt(0) < 128)).toBe(true);
  });

  test("is never acted on by foreign text", () => {
    const nasty = "\u001b]0;owned\u0007\u001b[2J\u202ednatsrednu\nforged: line\r\u009b31m";
    const quoted = tagFinding.evidence.map((one) => ({ ...one, quote: nasty, where: nasty }));
    const report = reportOf([{ ...tagFinding, image: nasty, summary: nasty, evidence: quoted }]);
    const text = renderText(report, drawn, options);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text).toContain("\\e]0;owned");
    expect(text).not.toMatch(/^forged/m);
  });

  test("is as wide as its lines: only commands and what cannot be broken go beyond", () => {
    for (const columns of [60, 80, 100]) {
      const look = lookFor({ env: { LANG: "C.UTF-8" }, isTerminal: true, columns }, "never", "pulldoctor");
      const lines = renderText(reportOf([tagFinding, openFinding]), look, options).split("\n");
      const wide = lines.filter((line) => line.length > columns);
      expect(wide.filter((line) => !line.startsWith("    kubectl "))).toEqual([]);
    }
  });
});
