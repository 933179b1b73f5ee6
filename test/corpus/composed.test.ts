// Every way a network fails, below every program that passes it on, inside everything that prints it: the cause stays.

import { describe, expect, test } from "vitest";
import { explainMessage } from "../../src/runtimes/explain.js";

const image = "registry.example.com/team/api:1.4";
const host = "https://registry.example.com/v2/";
const manifest = `${host}team/api/manifests/1.4`;
const digest = `sha256:${"a".repeat(64)}`;
const blob = `${host}team/api/blobs/${digest}`;
const token = "https://auth.example.com/token?scope=repository%3Ateam%2Fapi%3Apull&service=r";

const failures: Readonly<Record<string, string>> = {
  "dial tcp 10.0.0.9:443: connect: connection refused": "connection-refused",
  "dial tcp 10.0.0.9:443: i/o timeout": "connection-timeout",
  "dial tcp 10.0.0.9:443: connect: no route to host": "no-route",
  "dial tcp [2001:db8::9]:443: connect: network is unreachable": "no-route",
  "dial tcp: lookup registry.example.com on 10.96.0.10:53: no such host": "dns-failure",
  "dial tcp: lookup registry.example.com on [fd00::10]:53: read udp [fd00::1]:53->[fd00::10]:53: i/o timeout":
    "dns-failure",
  "net/http: TLS handshake timeout": "connection-timeout",
  "context deadline exceeded (Client.Timeout exceeded while awaiting headers)": "connection-timeout",
  EOF: "connection-reset",
  "read tcp 10.0.0.1:3000->10.0.0.9:443: read: connection reset by peer": "connection-reset",
  "remote error: tls: handshake failure": "tls-other",
  "tls: failed to verify certificate: x509: certificate signed by unknown authority": "tls-untrusted",
  "x509: certificate has expired or is not yet valid: current time is after then": "tls-expired",
  "x509: certificate is valid for a.example, not registry.example.com": "tls-hostname-mismatch",
  "http: server gave HTTP response to HTTPS client": "plain-http-registry",
  "proxyconnect tcp: dial tcp 10.0.0.5:3128: connect: connection refused": "proxy-failure",
  "Proxy Authentication Required": "proxy-failure",
};

type Wrap = (inner: string) => string;

const programs: readonly Wrap[] = [
  (x) =>
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "${manifest}": ${x}`,
  (x) =>
    `failed to pull and unpack image "${image}": failed to copy: httpReadSeeker: failed open: failed to do request: Get "${blob}": ${x}`,
  (x) =>
    `failed to pull and unpack image "${image}": failed to resolve image: failed to authorize: failed to fetch anonymous token: Get "${token}": ${x}`,
  (x) => `Error response from daemon: Get "${host}": ${x}`,
  (x) => `Error response from daemon: Head "${manifest}": Get "${token}": ${x}`,
  (x) => `error pulling image configuration: download failed after attempts=6: Get "${blob}": ${x}`,
  (x) =>
    `initializing source docker://${image}: pinging container registry registry.example.com: Get "${host}": ${x}`,
  (x) =>
    `unable to pull image or OCI artifact: pull image err: initializing source docker://${image}: pinging container registry registry.example.com: Get "${host}": ${x}; artifact err: get manifest: build image source: pinging container registry registry.example.com: Get "${host}": ${x}`,
  (x) => `copying system image from manifest list: reading blob ${digest}: Get "${blob}": ${x}`,
  (x) => `RegistryUnavailable: pinging container registry registry.example.com: Get "${host}": ${x}`,
  (x) =>
    `failed to solve: ${image}: failed to resolve source metadata for ${image}: failed to do request: Head "${manifest}": ${x}`,
];

const failed: Wrap = (x) => `Failed to pull image "${image}": rpc error: code = Unknown desc = ${x}`;
const backOff: Wrap = (x) => `Back-off pulling image "${image}": ErrImagePull: ${x}`;
const printers: Readonly<Record<string, Wrap>> = {
  alone: (x) => x,
  event: failed,
  "waiting message": backOff,
  "kubelet's log": (x) =>
    `E0301 10:00:00.1 1 remote_image.go:238] "PullImage from image service failed" err=${JSON.stringify(x)}`,
  "a pod that cannot be synced": (x) =>
    `"Error syncing pod, skipping" err=${JSON.stringify(`failed to "StartContainer" for "api" with ImagePullBackOff: ${JSON.stringify(backOff(x))}`)}`,
  "a pause image": (x) =>
    `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox "0f1e2d": failed to get sandbox image "registry.k8s.io/pause:3.10": failed to pull image "registry.k8s.io/pause:3.10": ${x}`,
  kubeadm: (x) => `[ERROR ImagePull]: failed to pull image ${image}: output: ${x}\n, error: exit status 1`,
  crictl: (x) => `FATA[0003] pulling image: rpc error: code = Unknown desc = ${x}`,
  "containerd's log": (x) =>
    `time="t" level=error msg="PullImage \\"${image}\\" failed" error=${JSON.stringify(x)}`,
  "two attempts": (x) =>
    `Failed to pull image "${image}": [rpc error: code = Unknown desc = ${x}, rpc error: code = Unknown desc = ${x}]`,
  "GitLab's runner": (x) =>
    `ERROR: Job failed: failed to pull image "${image}" with specified policies [always]: ${x} (manager.go:237:1s)`,
  podman: (x) => `WARN[0003] Failed, retrying in 1s ... (1/3). Error: ${x}`,
  ECS: (x) => `CannotPullContainerError: pull image manifest has been retried 5 time(s): ${x}`,
  Knative: (x) => `Unable to fetch image "${image}": failed to resolve image to digest: ${x}.`,
};

describe.each(Object.entries(printers))("%s", (_, print) => {
  test.each(Object.entries(failures))("%s", (words, cause) => {
    const read = programs.map((program) => explainMessage(print(program(words))).cause);
    expect(read).toEqual(programs.map(() => cause));
  });
});
