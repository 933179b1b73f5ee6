// Questions asked from the node, where the pull happens: a laptop and a pod see other networks,
// other resolvers and other certificate authorities.

import type { Pull } from "../model/pull.js";
import { word } from "./word.js";

/** What the node has to reach: the host that failed, else the registry's own. */
export function endpointOf(pull: Pull): { readonly host: string; readonly port: string } {
  const name = pull.reading.host ?? pull.reference?.registry ?? pull.reading.registry ?? "<registry>";
  const [, host = name, port = registryPort(pull, name)] = /^(.*[^:]):(\d+)$/.exec(name) ?? [];
  return { host: host === "docker.io" ? "registry-1.docker.io" : host, port };
}

/** The port of the image's name, when a message names its host without it. */
function registryPort({ reference }: Pull, host: string): string {
  const [, name, port = "443"] = /^(.*[^:]):(\d+)$/.exec(reference?.registry ?? "") ?? [];
  return name === host ? port : "443";
}

function addressOf(pull: Pull): string {
  const { host, port } = endpointOf(pull);
  return port === "443" ? host : `${host}:${port}`;
}

/** For sentences: `registry.example.com`, with its port where that is not 443, or `the registry`. */
export const endpointText = (pull: Pull): string => addressOf(pull).replace("<registry>", "the registry");

/** `node node-a`, or `the node` when it is not known. */
export const nodeText = (pull: Pull): string =>
  pull.pod.node === undefined ? "the node" : `node ${pull.pod.node}`;

const debug = (pull: Pull): string =>
  `kubectl -n kube-system debug node/${word(pull.pod.node ?? "<node>")} -it`;

/** Runs one of the node's own programs; the profile is what lets chroot work. */
const onHost = (pull: Pull, command: string): string =>
  `${debug(pull)} --profile=sysadmin --image=busybox -- chroot /host ${command}`;

const inPod = (pull: Pull, command: string): string => `${debug(pull)} --image=busybox -- ${command}`;

export const resolveFromNode = (pull: Pull): string => inPod(pull, `nslookup ${word(endpointOf(pull).host)}`);

export function dialFromNode(pull: Pull): string {
  const { host, port } = endpointOf(pull);
  return inPod(pull, `nc -zv -w 5 ${word(host)} ${port}`);
}

export const greetFromNode = (pull: Pull): string =>
  onHost(pull, `curl -sSv -o /dev/null ${word(`https://${addressOf(pull)}/v2/`)}`);

export const diskOfNode = (pull: Pull): string => onHost(pull, "df -h /var/lib");

export const clockOfNode = (pull: Pull): string => onHost(pull, "timedatectl");

/** Subject, names, issuer and dates of the certificate, as whoever runs it is shown it. */
export function showCertificate(pull: Pull): string {
  const { host, port } = endpointOf(pull);
  return `openssl s_client -connect ${word(`${host}:${port}`)} -servername ${word(host)} </dev/null | openssl x509 -noout -subject -issuer -dates -ext subjectAltName`;
}
