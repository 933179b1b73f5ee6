// Which kubeconfig counts, and what is said when none does.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { ClusterChoice } from "./client-world.js";
import { chooseAccess } from "./kubeconfig.js";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "pulldoctor-test-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function put(name: string, text: string): string {
  const path = join(home, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** A kubeconfig whose context, cluster and user share one name. */
const config = (name: string, more: { current?: boolean; user?: object; namespace?: string } = {}): string =>
  stringify({
    ...(more.current === false ? {} : { "current-context": name }),
    contexts: [{ name, context: { cluster: name, user: name, namespace: more.namespace } }],
    clusters: [{ name, cluster: { server: `https://${name}.example` } }],
    users: [{ name, user: more.user ?? { token: name } }],
  });

const choose = (choice: ClusterChoice = {}, env: Record<string, string> = {}) =>
  chooseAccess(choice, {
    env: { HOME: home, ...env },
    cwd: home,
    now: () => new Date(0),
    serviceAccountFolder: join(home, "sa"),
  });

const refusal = async (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable("it should have failed"),
    (error: unknown) => error as { code: string; what: string; why: string; do: string },
  );

describe("where it comes from", () => {
  test("the flag, then KUBECONFIG, then the home folder", async () => {
    put(".kube/config", config("home"));
    const env = { KUBECONFIG: put("env", config("env")) };
    put("flag", config("flag"));
    expect((await choose({ kubeconfig: "flag" }, env)).context).toBe("flag");
    expect((await choose({}, env)).context).toBe("env");
    expect((await choose({}, { KUBECONFIG: "" })).context).toBe("home");
  });

  test("a list: missing files are skipped, the first entry of a name wins whole", async () => {
    const first = put("a", config("dev", { current: false, user: { token: "one" } }));
    const second = put("b", config("dev", { user: { username: "joe", password: "pw" } }));
    const third = put("c", config("prod"));
    const KUBECONFIG = [join(home, "gone"), first, second, third].join(delimiter);
    const dev = await choose({}, { KUBECONFIG });
    expect(dev.context).toBe("dev");
    expect(dev.user.token?.reveal()).toBe("one");
    expect(dev.user.username).toBeUndefined();
    expect((await choose({ context: "prod" }, { KUBECONFIG })).cluster.server).toBe("https://prod.example");
  });

  test("paths belong to the folder of the file that names them", async () => {
    const path = put(
      "deep/down/config",
      config("x", { user: { tokenFile: "../token", "client-key": "k.pem" } }),
    );
    const { user } = await choose({ kubeconfig: path });
    expect(user.tokenPath).toBe(join(home, "deep", "token"));
    expect(user.key).toEqual({ is: "file", path: join(home, "deep", "down", "k.pem") });
  });

  test("the namespace: the flag, then the context, then default", async () => {
    put("a", config("a", { namespace: "shop" }));
    put("b", config("b"));
    expect((await choose({ kubeconfig: "a", namespace: "data" })).namespace).toBe("data");
    expect((await choose({ kubeconfig: "a" })).namespace).toBe("shop");
    expect((await choose({ kubeconfig: "b" })).namespace).toBe("default");
  });

  test("inside a pod, when there is no kubeconfig", async () => {
    put("sa/token", "t");
    put("sa/namespace", "ops\n");
    const env = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
    const inside = await choose({}, env);
    expect(inside).toMatchObject({ namespace: "ops", cluster: { server: "https://[fd00::1]:443" } });
    expect(inside.user.tokenPath).toBe(join(home, "sa", "token"));
    put(".kube/config", config("home"));
    expect((await choose({}, env)).context).toBe("home");
  });
});

describe("what is said", () => {
  test("none at all", async () => {
    expect(await refusal(choose())).toMatchObject({
      code: "kubeconfig-missing",
      what: "there is no kubeconfig, so no cluster to ask",
      why: `KUBECONFIG is not set, and ${join(home, ".kube", "config")} does not exist`,
    });
    const listed = await refusal(choose({}, { KUBECONFIG: "nowhere" }));
    expect(listed.why).toBe(`KUBECONFIG names ${join(home, "nowhere")}: not there`);
    const named = await refusal(choose({ kubeconfig: "nowhere" }));
    expect(named.what).toBe(`there is no kubeconfig at ${join(home, "nowhere")}`);
    const pod = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" };
    expect((await refusal(choose({}, pod))).why).toContain("its service account token is not mounted");
  });

  test.each([
    ["a list", "- 1\n", "it does not hold an object"],
    ["another kind", "kind: Pod\n", "it holds a Pod, not a Config"],
    ["no YAML", "a: b\nusers: [{ token: hush-hush\n", "it is no YAML: there is a mistake at line 3"],
    ["bad base64", config("x", { user: { "client-key-data": "%%%" } }), "client-key-data is no base64"],
  ])("%s", async (_, text, why) => {
    const path = put("bad", text);
    const error = await refusal(choose({ kubeconfig: path }));
    expect(error).toMatchObject({ code: "kubeconfig-invalid", what: `${path} is not a kubeconfig`, why });
  });

  test("an alias bomb is refused, not expanded", async () => {
    const rows = Array.from(
      { length: 12 },
      (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`)}]`,
    );
    const error = await refusal(choose({ kubeconfig: put("bomb", `a0: &a0 x\n${rows.join("\n")}\n`) }));
    expect(error.code).toBe("kubeconfig-invalid");
  });

  test("a context that is not there names the nearest one", async () => {
    put("a", config("prod-eu"));
    expect(await refusal(choose({ kubeconfig: "a", context: "prod-us" }))).toMatchObject({
      code: "context-missing",
      what: 'context "prod-us" is not in the kubeconfig',
      why: 'the nearest name is "prod-eu"',
    });
    const far = await refusal(choose({ kubeconfig: "a", context: "kind" }));
    expect(far.why).toBe("it has prod-eu");
  });

  test("no current context; a context that leads nowhere", async () => {
    put("a", config("only", { current: false }));
    expect(await refusal(choose({ kubeconfig: "a" }))).toMatchObject({
      code: "context-unset",
      do: "pass --context only",
    });
    put("b", stringify({ contexts: [{ name: "x", context: { cluster: "gone", user: "u" } }] }));
    const error = await refusal(choose({ kubeconfig: "b", context: "x" }));
    expect(error).toMatchObject({
      code: "context-incomplete",
      why: 'its cluster "gone" is not in the kubeconfig',
    });
  });
});
