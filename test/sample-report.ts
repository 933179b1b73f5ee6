// A report with one confirmed finding in it, for the tests of the written forms.

import type { Finding, Report } from "../src/model/report.js";

export const at = new Date("2026-11-21T14:06:40Z");

export const tagFinding: Finding = {
  id: "0123456789",
  cause: "tag-not-found",
  verdict: "confirmed",
  title: "tag does not exist",
  summary: "The registry answers, and has no tag v2.4.l in shop/checkout.",
  stage: "manifest",
  image: "registry.example.com/shop/checkout:v2.4.l",
  images: ["registry.example.com/shop/checkout:v2.4.l"],
  registry: "registry.example.com",
  workloads: [
    {
      kind: "Deployment",
      namespace: "shop",
      name: "checkout",
      pods: 3,
      podsSeen: 3,
      isDown: true,
      managedBy: [{ tool: "helm", name: "checkout", namespace: "shop" }],
      lastGoodImage: "registry.example.com/shop/checkout:v2.4.0",
      lastGoodRevision: 40,
    },
  ],
  pods: [
    {
      namespace: "shop",
      name: "checkout-6f7c9-2xk4p",
      container: "app",
      containerKind: "container",
      node: "node-a",
      reason: "ImagePullBackOff",
    },
  ],
  scope: { is: "image", why: "4 other images of registry.example.com run" },
  since: new Date("2026-11-21T13:54:40Z"),
  retry: {
    nextAt: new Date("2026-11-21T14:07:20Z"),
    everySeconds: 300,
    why: "the wait has reached its ceiling",
    commands: ["kubectl -n shop delete pod checkout-6f7c9-2xk4p"],
  },
  evidence: [
    {
      source: "event",
      where: "pod/checkout-6f7c9-2xk4p",
      shows: "containerd asked for the manifest; the registry had none",
      quote:
        'Failed to pull image "registry.example.com/shop/checkout:v2.4.l": registry.example.com/shop/checkout:v2.4.l: not found',
      from: "the API server of prod-eu",
      count: 14,
      lastAt: new Date("2026-11-21T14:06:00Z"),
    },
  ],
  ruledOut: [{ cause: "credentials-missing", why: "the registry let the node in" }],
  open: [],
  notChecked: ["whether another tag was meant"],
  settle: [],
  remedies: [
    {
      fix: "set-image",
      what: "use the image that ran before",
      with: { tag: "v2.4.0" },
      effect: "restarts-pods",
      commands: [
        "kubectl -n shop set image deploy/checkout app=registry.example.com/shop/checkout:v2.4.0 # a line that is longer than a screen is wide",
      ],
    },
  ],
  verify: ["kubectl -n shop rollout status deploy/checkout --timeout=2m"],
};

export const openFinding: Finding = {
  ...tagFinding,
  id: "abcdef0123",
  cause: "unknown",
  verdict: "unknown",
  title: "two causes remain",
  summary: "The registry answers alike for a private image and for one that does not exist.",
  workloads: [{ kind: "Pod", namespace: "acme", name: "api-0", pods: 1 }],
  pods: [
    {
      namespace: "acme",
      name: "api-0",
      container: "api",
      containerKind: "container",
      reason: "ErrImagePull",
    },
  ],
  open: [
    { cause: "credentials-missing", why: "no pull secret reaches this pod" },
    { cause: "repository-not-found", why: "the name is wrong, or the package was removed" },
  ],
  settle: ["pulldoctor diagnose pod/api-0 -n acme"],
  remedies: [],
};

/** The same finding after its registry was asked. */
export const askedFinding: Finding = {
  ...tagFinding,
  evidence: [
    ...tagFinding.evidence,
    {
      source: "registry",
      where: "HEAD /v2/shop/checkout/manifests/v2.4.l",
      shows: "registry.example.com has no such tag, asked as robot$ci (secret regcred)",
      status: 404,
      from: "this machine",
    },
  ],
};

export function reportOf(findings: readonly Finding[], more: Partial<Report> = {}): Report {
  return {
    schema: "https://pulldoctor.dev/schema/v1.json",
    version: "0.1.0",
    cluster: "prod-eu",
    from: "the API server of prod-eu",
    at,
    findings,
    complete: true,
    notRead: [],
    podsLookedAt: 240,
    workloadsLookedAt: 112,
    questions: 6,
    ...more,
  };
}
