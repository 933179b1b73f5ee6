// The kubeconfig that leads to a simulated cluster, as the object that YAML or JSON is written from.

import type { ApiServer, Credentials } from "./server.js";

export interface KubeconfigOptions {
  /** The name of the cluster and its context. */
  readonly name: string;
  /** The name of the user's entry. */
  readonly user: string;
  readonly namespace?: string;
  /** Requests count as this persona's: `/as/NAME` is put into the address. */
  readonly persona?: string;
}

/** Holds a token or a key in plain text, as every kubeconfig does. */
export function kubeconfigOf(
  server: Pick<ApiServer, "url" | "authority">,
  credentials: Credentials,
  options: KubeconfigOptions,
): object {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const address = options.persona === undefined ? server.url : `${server.url}/as/${options.persona}`;
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: options.name,
        cluster: {
          server: address,
          "certificate-authority-data": base64(server.authority.ca.certificate),
        },
      },
    ],
    users: [
      {
        name: options.user,
        user: {
          "client-certificate-data": base64(credentials.certificate.certificate),
          "client-key-data": base64(credentials.certificate.key.reveal()),
        },
      },
    ],
    contexts: [
      {
        name: options.name,
        context: {
          cluster: options.name,
          user: options.user,
          ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
        },
      },
    ],
    "current-context": options.name,
  };
}
