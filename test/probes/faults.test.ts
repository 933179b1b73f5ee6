// Every fault of the simulated world at every stage of a pull: the probe names the stage where it struck and the cause.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { conclude } from "../../src/diagnose/conclude.js";
import { registryFamily } from "../../src/model/registry-family.js";
import type { Asker } from "../../src/probes/asker.js";
import { openWorld, type World } from "../../src/sim/world/open.js";
import { ask, askerOf } from "./asking.js";

interface Row {
  readonly fault: Readonly<Record<string, unknown>> & { readonly stage: string; readonly kind: string };
  /** The stage that fails, or `none`: what is damaged is not what a probe reads. */
  readonly ends: string;
  readonly cause?: string;
  readonly depth?: "quick" | "full";
}

const status = (stage: string, code: number, ends: string, cause: string, more = {}): Row => ({
  fault: { stage, kind: "status", status: code, ...more },
  ends,
  cause,
});
const kind = (stage: string, name: string, ends: string, cause?: string, more = {}): Row => ({
  fault: { stage, kind: name, ...more },
  ends,
  ...(cause === undefined ? {} : { cause }),
});

const drip = { bytesPerSecond: 1 };

const rows: readonly Row[] = [
  // What the way shows before HTTP.
  kind("dns", "nxdomain", "dns", "dns-failure"),
  kind("dns", "servfail", "dns", "dns-failure"),
  kind("dns", "refused", "dns", "dns-failure"),
  kind("dns", "timeout", "dns", "dns-failure"),
  kind("connect", "refused", "tcp", "connection-refused"),
  // The reset may come before or after the connection stands.
  kind("connect", "reset", "tcp or tls", "connection-reset"),
  kind("connect", "close", "tls", "connection-reset"),
  kind("connect", "tls-silence", "tls", "connection-timeout"),
  kind("connect", "plain-http", "tls", "plain-http-registry"),
  kind("connect", "reset-after-request", "api", "connection-reset"),
  kind("tls", "expired", "tls", "tls-expired"),
  kind("tls", "not-yet", "tls", "tls-expired"),
  kind("tls", "wrong-name", "tls", "tls-hostname-mismatch"),
  kind("tls", "untrusted", "tls", "tls-untrusted"),
  kind("tls", "self-signed", "tls", "tls-untrusted"),
  // The API's own address.
  status("ping", 500, "api", "registry-unavailable"),
  status("ping", 503, "api", "registry-unavailable", { body: "html" }),
  status("ping", 429, "api", "rate-limited"),
  status("ping", 407, "api", "proxy-failure", { body: "none" }),
  kind("ping", "html-page", "api", "intercepted-response"),
  kind("ping", "silent", "api", "connection-timeout"),
  kind("ping", "rate-limited", "api", "rate-limited"),
  // The token server.
  status("token", 500, "token", "registry-unavailable"),
  status("token", 503, "token", "registry-unavailable", { body: "html" }),
  status("token", 401, "token", "credentials-missing"),
  status("token", 429, "token", "rate-limited"),
  kind("token", "html-page", "token", "intercepted-response"),
  kind("token", "silent", "token", "connection-timeout"),
  // The manifest, asked for by its tag.
  status("manifest", 500, "manifest", "registry-unavailable"),
  status("manifest", 502, "manifest", "registry-unavailable", { body: "html" }),
  status("manifest", 401, "manifest", "credentials-missing"),
  status("manifest", 403, "manifest", "credentials-missing"),
  status("manifest", 404, "manifest", "tag-not-found"),
  status("manifest", 404, "manifest", "tag-not-found", { body: "html" }),
  status("manifest", 412, "manifest", "policy-blocked"),
  status("manifest", 429, "manifest", "rate-limited", { body: "none" }),
  kind("manifest", "html-page", "manifest", "intercepted-response"),
  kind("manifest", "silent", "manifest", "connection-timeout"),
  kind("manifest", "missing", "manifest", "tag-not-found"),
  kind("manifest", "rate-limited", "manifest", "rate-limited"),
  kind("manifest", "truncated", "manifest", "connection-reset"),
  kind("manifest", "cut", "manifest", "connection-reset"),
  kind("manifest", "slow", "manifest", "connection-timeout", drip),
  kind("manifest", "corrupt", "manifest", "content-corrupt"),
  // Config and layers.
  status("config", 500, "config", "registry-unavailable"),
  status("config", 403, "config", "credentials-missing"),
  kind("config", "missing", "config", "blob-missing"),
  kind("config", "html-page", "config", "intercepted-response"),
  kind("config", "silent", "config", "connection-timeout"),
  kind("config", "truncated", "config", "connection-reset"),
  kind("config", "cut", "config", "connection-reset"),
  kind("config", "slow", "config", "connection-timeout", drip),
  kind("config", "corrupt", "config", "content-corrupt"),
  status("blob", 500, "blob", "registry-unavailable"),
  status("blob", 403, "blob", "credentials-missing"),
  kind("blob", "missing", "blob", "blob-missing"),
  kind("blob", "html-page", "blob", "intercepted-response"),
  kind("blob", "silent", "blob", "connection-timeout"),
  // A HEAD shows that a layer is served; bytes that are lost on the way show in a pull alone.
  kind("blob", "truncated", "none"),
  kind("blob", "cut", "none"),
  kind("blob", "slow", "none", undefined, drip),
  kind("blob", "corrupt", "none"),
  { ...status("manifest", 404, "manifest", "tag-not-found"), depth: "quick" },
  { ...status("manifest", 403, "manifest", "credentials-missing"), depth: "quick" },
  { ...kind("manifest", "html-page", "manifest", "intercepted-response"), depth: "quick" },
  { ...kind("manifest", "silent", "manifest", "connection-timeout"), depth: "quick" },
];

const hostOf = (at: number): string => `r${at}.acme.example`;
let world: World;
let byPin: Asker;
let byDns: Asker;

beforeAll(async () => {
  const repositories = { "shop/api": { tags: { v1: { layers: 2 } } } };
  world = await openWorld({
    registries: Object.fromEntries(
      rows.map(({ fault }, at) => [
        hostOf(at),
        { dialect: fault.stage === "token" ? "bearer" : "plain", repositories },
      ]),
    ),
    faults: rows.map(({ fault }, at) => ({ at: hostOf(at), ...fault })),
  });
  byPin = askerOf(world);
  byDns = askerOf(world, { names: { server: world.resolver.nameserver } });
});
afterAll(async () => {
  await Promise.all([byPin, byDns].map((one) => one.close()));
  await world.close();
});

describe("faults of the world", () => {
  test.concurrent.each(
    rows.map((row, at) => ({
      ...row,
      at,
      name: `${row.fault.stage} ${row.fault.kind} ${row.fault.status ?? ""}`,
    })),
  )("$name ends at $ends: $cause", async ({ fault, ends, cause, depth = "full", at }) => {
    const asker = fault.stage === "dns" ? byDns : byPin;
    const answer = await ask(asker, `${hostOf(at)}/shop/api:v1`, undefined, { depth });
    const failed = answer.stages.find(({ is }) => is === "failed");
    expect(ends.split(" or ")).toContain(failed?.stage ?? "none");
    if (answer.failure === undefined) return expect(cause).toBeUndefined();
    const asked = { family: registryFamily(hostOf(at)), isSignedIn: false, isByDigest: false };
    expect(conclude(answer.failure, asked)?.cause).toBe(cause);
    // What lies behind the failure is said to be unknown; what lies before it was asked.
    const order = answer.stages.map(({ is }) => is);
    expect(order.slice(order.indexOf("failed") + 1).every((is) => is === "unreached")).toBe(true);
  });
});
