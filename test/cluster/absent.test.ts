// What is asked about and is not there is told so by every command, and never answered with "all is well".

import { expect, test } from "vitest";
import { type Ran, runCli } from "../cli-run.js";
import { connected } from "./connect.js";
import { namespace, pod } from "./objects.js";

const things = [
  namespace("shop"),
  namespace("empty"),
  pod("web-7d9-1", { status: { conditions: [{ type: "Ready", status: "True" }] } }),
];

async function ask(...argv: string[]): Promise<Ran> {
  const { config } = await connected(things);
  return runCli([...argv, "--probe=off", "--kubeconfig", config]);
}

test.each([["diagnose"], ["secrets"], ["check"], ["fix"], ["verify"]])(
  "%s in no namespace",
  async (command) => {
    const { code, out, err } = await ask(command, "-n", "nope");
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("✗ there is no namespace nope in test\n");
  },
);

test.each([["diagnose"], ["secrets"], ["check"]])("%s in a namespace without pods", async (command) => {
  expect((await ask(command, "-n", "empty")).code).toBe(0);
});

test.each([["diagnose"], ["fix"], ["verify"]])("%s of no object", async (command) => {
  const { code, out, err } = await ask(command, "deploy/nope", "-n", "shop");
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("✗ there is no deploy/nope in shop\n");
});

test("a bare word is a pod's name, and what a controller's looks like is told", async () => {
  const { code, err } = await ask("diagnose", "cart", "-n", "shop");
  expect(code).toBe(2);
  expect(err).toContain("✗ there is no pod/cart in shop\n");
  expect(err).toMatch(/do {3}.*deploy\/cart\n/);
});

test.each([["diagnose"], ["fix"], ["verify"]])(
  "%s of a type without a name is told in its own words",
  async (command) => {
    const { code, err } = await ask(command, "pods");
    expect(code).toBe(2);
    expect(err).toContain(
      `do   pulldoctor ${command} pods/NAME, or pulldoctor ${command} without targets for all\n`,
    );
  },
);

test("pods that are well for a shorter time than asked for are not called unready", async () => {
  const { code, out } = await ask(
    "verify",
    "pod/web-7d9-1",
    "-n",
    "shop",
    "--timeout",
    "0s",
    "--settle",
    "1h",
  );
  expect(code).toBe(1);
  expect(out).toMatch(/1 of 1 running after \d+s: they are well, and have not stayed so for 3600s yet\n/);
});
