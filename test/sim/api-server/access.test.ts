import { request as httpsRequest } from "node:https";
import { expect, test } from "vitest";
import { ToolError } from "../../../src/model/errors.js";
import { loadAuthority } from "../../../src/sim/api/http/authority.js";
import { startApiServer } from "../../../src/sim/api/http/server.js";
import { text } from "../../../src/sim/api/json.js";
import { nodes, PODS, serveForTests } from "./tested-server.js";

const api = serveForTests();

test("clients sign in by token or certificate; others are nobody, and wrong tokens are refused", async () => {
  expect((await api.ask("/api/v1/nodes")).status).toBe(200);
  const nobody = await api.ask("/api/v1/nodes", { token: "" });
  expect([nobody.status, nobody.body.message]).toEqual([
    403,
    'nodes is forbidden: User "system:anonymous" cannot list resource "nodes" in API group "" at the cluster scope',
  ]);
  expect((await api.ask("/version", { token: "" })).body).toMatchObject({
    gitVersion: "v1.35.2",
    minor: "35",
  });
  const wrong = await api.ask("/api/v1/nodes", { token: "nonsense" });
  expect([wrong.status, wrong.body.reason]).toEqual([401, "Unauthorized"]);
});

test("an account's token works until it ends", async () => {
  const path = "/api/v1/namespaces/default/serviceaccounts/default/token";
  const body = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { expirationSeconds: 600 },
  };
  const made = await api.ask(path, { method: "POST", body });
  const token = text(made.body, "status", "token");
  const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const whoami = () =>
    api.ask("/apis/authentication.k8s.io/v1/selfsubjectreviews", { method: "POST", body: review, token });
  expect(text((await whoami()).body, "status", "userInfo", "username")).toBe(
    "system:serviceaccount:default:default",
  );
  await api.clock.advance(601_000);
  expect((await whoami()).status).toBe(401);
});

test.each(["evil.example", "127.0.0.1.evil.example", "169.254.169.254"])(
  "a request for the host %s is refused",
  async (host) => {
    const got = await api.ask("/api", { headers: { host } });
    expect([got.status, got.body.message]).toEqual([
      403,
      "this server answers only requests for 127.0.0.1 and localhost",
    ]);
  },
);

test("a port that is taken is a ToolError", async () => {
  const second = startApiServer({
    store: api.store,
    clock: api.clock,
    version: "v1.35.2",
    nodes,
    port: api.server.port,
  });
  await expect(second).rejects.toThrow(ToolError);
  await expect(second).rejects.toThrow(`127.0.0.1:${api.server.port}: another program listens there`);
});

test("a server started again with the old authority is trusted by old clients", async () => {
  const authority = await loadAuthority(api.server.authority.ca);
  const again = await startApiServer({
    store: api.store,
    clock: api.clock,
    version: "v1.35.2",
    nodes,
    authority,
  });
  const { certificate } = api.admin;
  const status = await new Promise((resolve, reject) => {
    const sent = httpsRequest(
      `${again.url}/api/v1/nodes`,
      {
        ca: api.server.authority.ca.certificate,
        cert: certificate.certificate,
        key: certificate.key.reveal(),
      },
      (response) => resolve(response.resume().statusCode),
    );
    sent.on("error", reject).end();
  });
  expect(status).toBe(200);
  await again.close();
});

test("a persona's path counts as the persona, for those who may", async () => {
  const got = await api.ask(`/as/dev${PODS}`);
  expect(got.body.message).toContain('User "dev" cannot list resource "pods"');
  const dev = (await api.server.credentials("dev")).token.reveal();
  expect((await api.ask(`/as/kubernetes-admin${PODS}`, { token: dev })).status).toBe(403);
  expect((await api.ask(`/as/stranger${PODS}`)).status).toBe(404);
});

test("nobody gives away rights that they do not have", async () => {
  const RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
  const role = (name: string, rules: readonly object[]) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name },
    rules,
  });
  const binding = (name: string, kind: string, to: string) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name },
    subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "dev" }],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: to },
  });
  const held = [
    { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
    { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles", "rolebindings"], verbs: ["create"] },
  ];
  await api.ask(`${RBAC}/roles`, { method: "POST", body: role("some", held) });
  await api.ask(`${RBAC}/rolebindings`, { method: "POST", body: binding("some", "Role", "some") });
  const asDev = (path: string, body: object) =>
    api.ask(`${RBAC}/${path}`, { method: "POST", body, headers: { "impersonate-user": "dev" } });

  const less = [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }];
  expect((await asDev("roles", role("less", less))).status).toBe(201);
  const more = [{ apiGroups: [""], resources: ["pods", "secrets"], verbs: ["get", "delete"] }];
  const refused = await asDev("roles", role("more", more));
  expect([refused.status, refused.body.message]).toEqual([
    403,
    `roles.rbac.authorization.k8s.io "more" is forbidden: user "dev" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:
{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}
{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}`,
  ]);
  expect((await asDev("rolebindings", binding("up", "ClusterRole", "cluster-admin"))).status).toBe(403);
  expect((await asDev("rolebindings", binding("on", "ClusterRole", "none"))).status).toBe(404);
  expect((await asDev("rolebindings", binding("same", "Role", "less"))).status).toBe(201);
});
