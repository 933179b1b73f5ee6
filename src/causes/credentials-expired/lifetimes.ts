// How long credentials live that are made for a short time, by the user name that tells their kind:
// dated facts, shared by whatever judges a secret's age.

export interface Lifetime {
  /** The docker user name that tells the kind. */
  readonly username: string;
  readonly what: string;
  /** The longest that one can live. */
  readonly atMostHours: number;
  readonly source: string;
  /** `YYYY-MM` */
  readonly checkedAt: string;
}

export const lifetimes: readonly Lifetime[] = [
  {
    username: "AWS",
    what: "an ECR authorization token",
    atMostHours: 12,
    source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html",
    checkedAt: "2026-11",
  },
  {
    // One hour by default; an organisation's policy can allow up to twelve.
    username: "oauth2accesstoken",
    what: "a Google access token",
    atMostHours: 12,
    source: "https://cloud.google.com/artifact-registry/docs/docker/authentication",
    checkedAt: "2026-11",
  },
  {
    username: "00000000-0000-0000-0000-000000000000",
    what: "an Azure Container Registry token",
    atMostHours: 3,
    source: "https://learn.microsoft.com/azure/container-registry/container-registry-authentication",
    checkedAt: "2026-11",
  },
];

export const lifetimeOf = (username: string): Lifetime | undefined =>
  lifetimes.find((one) => one.username === username);
