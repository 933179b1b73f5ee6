// What a world file says about its registries and hosts, once read: plain data, no behaviour.

/** Which service a registry behaves like: its login scheme, statuses, headers and bodies. */
export const dialects = [
  "plain",
  "htpasswd",
  "bearer",
  "docker-hub",
  "ecr",
  "ecr-public",
  "ghcr",
  "gar",
  "acr",
  "quay",
  "harbor",
  "gitlab",
  "nexus",
  "artifactory",
] as const;

export type DialectName = (typeof dialects)[number];

/** How a host's name resolves for everyone who asks the world's DNS server. */
export const dnsBehaviours = ["ok", "nxdomain", "servfail", "refused", "timeout"] as const;
export type DnsBehaviour = (typeof dnsBehaviours)[number];

/** What a connection to a host meets. `close` and `reset` come before any TLS byte. */
export const connectBehaviours = [
  "ok",
  "refused",
  "blackhole",
  "no-route",
  "host-unreachable",
  "reset",
  "reset-after-request",
  "close",
  "tls-silence",
  "plain-http",
] as const;
export type ConnectBehaviour = (typeof connectBehaviours)[number];

/** The certificate that a host shows. */
export const certificateKinds = [
  "good",
  "expired",
  "not-yet",
  "wrong-name",
  "untrusted",
  "self-signed",
] as const;
export type CertificateKind = (typeof certificateKinds)[number];

/** A host's part of the network, changeable while the world runs. */
export interface HostConfig {
  readonly dns: DnsBehaviour;
  readonly connect: ConnectBehaviour;
  readonly certificate: CertificateKind;
  /** Names on a `wrong-name` certificate; [] for two made from the host's own. */
  readonly certificateNames: readonly string[];
  /** The address that programs on nodes name in their messages; absent: one is given out. */
  readonly address?: string;
}

/** Where in a pull a fault strikes. `manifest-by-digest`: only the GET by digest that follows a tag's HEAD. */
export const faultStages = [
  "ping",
  "token",
  "manifest",
  "manifest-by-digest",
  "config",
  "blob",
  "upload",
] as const;
export type FaultStage = (typeof faultStages)[number];

/**
 * `status` answers `status` (with the registry's usual JSON, or `html`); `html-page` a login page with 200;
 * `slow` sends `bytesPerSecond`; `silent` accepts the request and never answers; `truncated` stops in the
 * middle of the body; `cut` does so with a reset; `corrupt` changes bytes of the body; `missing` is
 * a 404 for that content alone.
 */
export const faultKinds = [
  "status",
  "html-page",
  "slow",
  "silent",
  "truncated",
  "cut",
  "corrupt",
  "missing",
  "rate-limited",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultConfig {
  readonly stage: FaultStage;
  readonly kind: FaultKind;
  readonly status?: number;
  /** The body of a `status` fault: the registry's JSON error (default), a web server's page, or none. */
  readonly body?: "json" | "html" | "none";
  readonly bytesPerSecond?: number;
  /** Only this repository; absent: all of the registry. */
  readonly repository?: string;
  /** Only this tag or digest of it. */
  readonly reference?: string;
  /** Which layer, from 0, for stage `blob`; absent: every layer. */
  readonly layer?: number;
  /** Strikes this many times, then is gone; absent: always. */
  readonly times?: number;
  /** Only these methods, such as HEAD; absent: all. */
  readonly methods?: readonly string[];
  /** Strikes only from then on, and until then; seconds of world time since the world began. */
  readonly fromSeconds?: number;
  readonly untilSeconds?: number;
}

/** What a tag points to. */
export const manifestShapes = [
  "oci",
  "docker",
  "schema1",
  "artifact",
  "helm-chart",
  "html",
  "rootfs-mismatch",
  "not-gzip",
] as const;
export type ManifestShape = (typeof manifestShapes)[number];

export interface TagConfig {
  /** `linux/amd64`, `linux/arm64/v8`... One makes a plain manifest, more (or `index`) an index. */
  readonly platforms: readonly string[];
  readonly index: boolean;
  readonly shape: ManifestShape;
  /** Number of layers and bytes of each once unpacked. */
  readonly layers: number;
  readonly layerBytes: number;
  /** Different contents under the same names: what a rebuilt tag has. */
  readonly build: string;
  /** The repository whose contents it has, built alike: a copy, with the same digests. Absent: its own. */
  readonly contentsOf?: string;
}

export interface RepositoryConfig {
  readonly private: boolean;
  /** Accounts that may pull it when private; absent: every account of the registry. */
  readonly readers?: readonly string[];
  readonly tags: Readonly<Record<string, TagConfig>>;
}

export interface AccountConfig {
  readonly password: string;
  /** The password was right once: ECR's 12 hours are over, the PAT has ended. */
  readonly expired: boolean;
  /** Passwords that were right before this one. */
  readonly expiredPasswords: readonly string[];
}

export interface RegistryConfig extends HostConfig {
  /** As image names spell it, with a port when they do: `docker.io`, `registry.example.com:5000`. */
  readonly host: string;
  readonly dialect: DialectName;
  readonly accounts: Readonly<Record<string, AccountConfig>>;
  readonly repositories: Readonly<Record<string, RepositoryConfig>>;
  readonly faults: readonly FaultConfig[];
  /** Pulls allowed in a window, by kind of client; absent: no limit. */
  readonly limits?: LimitsConfig;
  /** Where blobs really are: the registry answers with 307 to it. Absent: it sends them itself. */
  readonly blobHost?: string;
  /** Real time that each request waits before it is answered. */
  readonly latencyMs: number;
  /** Pushes and pulls need no account, missing repositories come into being by a push. */
  readonly openPush: boolean;
}

/** Pulls that a client may make in any window of that width; `used`: how many it has made when the world begins. */
export interface LimitsConfig {
  readonly anonymous: number;
  readonly account: number;
  readonly windowSeconds: number;
  readonly used: { readonly anonymous: number; readonly account: number };
}

/** A forward proxy inside the world, such as a company has. */
export interface ProxyConfig {
  /** `proxy.acme.example:3128`. */
  readonly host: string;
  /** `auth` wants a login and gets none (407), `deny` refuses (403). */
  readonly answer: "ok" | "auth" | "deny";
}

/** The `registries:`, `proxies:` and `hosts:` parts of a world file. */
export interface RegistriesConfig {
  readonly registries: readonly RegistryConfig[];
  readonly proxies: readonly ProxyConfig[];
  /** Hosts that are no registry: a name that does not resolve, an address that does not answer. */
  readonly hosts: Readonly<Record<string, HostConfig>>;
  /** The resolver that programs on nodes name in their messages. */
  readonly nameserver: string;
}
